//! The player who signed in, and the player's wallet.

use sequence_auth::{
    Address,
    testing::{LocalIssuer, TokenBuilder},
};
use serde::{Deserialize, Serialize};

use super::webrpc::WebrpcError;

/// Longer than the SDK's session ids, which are public keys in hexadecimal with up to 134 characters.
const MAX_SESSION_ID_BYTES: usize = 256;
/// The longest possible email address (RFC 5321 §4.5.3.1.3).
const MAX_EMAIL_BYTES: usize = 254;

/// The supported ways to sign in.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(super) enum IdentityType {
    Guest,
    Email,
}

/// An identity as the issuer writes it, in its responses and in the identity claim.
#[derive(Clone, Serialize)]
pub(super) struct Identity {
    #[serde(rename = "type")]
    identity_type: IdentityType,
    iss: String,
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

impl Identity {
    /// Reads the identity from the text that the SDK wants to verify: `sessionId` for a guest, `email;sessionId` for a
    /// player with an email.
    pub(super) fn from_verifier(
        identity_type: IdentityType,
        verifier: &str,
        session_id: &str,
        issuer: &str,
    ) -> Result<Self, WebrpcError> {
        let (email, verified) = match identity_type {
            IdentityType::Guest => (None, verifier),
            IdentityType::Email => {
                let (email, verified) = verifier
                    .split_once(';')
                    .ok_or_else(|| WebrpcError::endpoint("invalid verifier"))?;
                (Some(email), verified)
            }
        };
        if verified != session_id || !(1..=MAX_SESSION_ID_BYTES).contains(&session_id.len()) {
            return Err(WebrpcError::endpoint("invalid session ID"));
        }
        if email.is_some_and(|email| email.trim().is_empty() || email.len() > MAX_EMAIL_BYTES) {
            return Err(WebrpcError::endpoint("invalid email"));
        }
        Ok(Self {
            identity_type,
            iss: issuer.to_owned(),
            sub: email.unwrap_or(session_id).to_owned(),
            email: email.map(str::to_owned),
        })
    }

    pub(super) fn wallet(&self) -> Address {
        match &self.email {
            Some(email) => wallet_of(email),
            None => wallet_of_guest(&self.sub),
        }
    }

    /// Returns a token builder for this player.
    pub(super) fn token(&self, issuer: &LocalIssuer) -> TokenBuilder {
        let token = match &self.email {
            Some(email) => issuer.token().email(email),
            None => issuer.token().guest(),
        };
        token
            .claim(&format!("{}/identity", self.iss), self)
            .wallet(self.wallet())
    }
}

/// Gives every player a wallet, always the same.
pub(super) fn wallet_of(email: &str) -> Address {
    Address::ZERO.create2_from_code([0; 32], email)
}

/// Gives every player of OMS Wallet a wallet that differs from the one at Embedded Wallet, and all guests the same
/// wallet.
pub(super) fn oms_wallet_of(email: Option<&str>) -> Address {
    Address::ZERO.create2_from_code([2; 32], email.unwrap_or_default())
}

/// Gives every guest a wallet that no player with an email has.
fn wallet_of_guest(session_id: &str) -> Address {
    Address::ZERO.create2_from_code([1; 32], session_id)
}
