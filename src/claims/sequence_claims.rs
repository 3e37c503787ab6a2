//! What a handler gets to see of a verified token.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use alloy_primitives::Address;
use serde::{Serialize, Serializer, de::DeserializeOwned, ser::SerializeStruct};

use super::{claim_set::ClaimSet, identity::Identity};

/// Holds the claims of a verified Sequence ID token.
///
/// The layer puts them into the request's extensions; only a token that passed every check makes
/// them. They are cheap to clone. `Debug` leaves out the email, the nonce and the identity's
/// names. `Serialize` writes all of them under the names of the getters, the address with its EIP-55
/// checksum and times as seconds since the Unix epoch; what a token does not have is left out.
#[derive(Clone)]
pub struct SequenceClaims {
    claims: Arc<ClaimSet>,
    project_id: u64,
}

impl SequenceClaims {
    pub(crate) fn new(claims: Arc<ClaimSet>, project_id: u64) -> Self {
        Self { claims, project_id }
    }

    /// Returns the address of the player's wallet (`sub`).
    #[must_use]
    pub fn wallet(&self) -> Address {
        self.claims.wallet
    }

    /// Returns the project that the token was issued for (`aud`), one of those the layer accepts.
    #[must_use]
    pub fn project_id(&self) -> u64 {
        self.project_id
    }

    /// Returns the player's email, which is never blank.
    ///
    /// It is always there unless the layer's policy is
    /// [`EmailPolicy::Optional`](crate::EmailPolicy::Optional). The issuer does not say whether it was
    /// verified.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.email.as_deref()
    }

    /// Returns how the player signed in, where the token tells.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.claims.identity.as_ref()
    }

    /// Returns who issued the token (`iss`): the configured issuer's URL.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.claims.issuer
    }

    /// Returns when the token was issued (`iat`).
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.claims.issued_at
    }

    /// Returns when the token expires (`exp`), without the leeway.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.claims.expires_at
    }

    /// Returns when the player signed in to the wallet (`auth_time`), where the token tells.
    #[must_use]
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.claims
            .authenticated_at
            .map(|time| SystemTime::UNIX_EPOCH + time)
    }

    /// Returns the nonce that the client asked the issuer to put into the token.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.claims.nonce.as_deref()
    }

    /// Reads the token's claims into a type of your own, custom claims among them.
    ///
    /// # Errors
    ///
    /// If the claims do not have the shape of `T`. The error may quote a claim's value: keep it out of
    /// answers and logs.
    ///
    /// # Example
    ///
    /// ```
    /// # use sequence_auth::SequenceClaims;
    /// #[derive(serde::Deserialize)]
    /// struct Guild {
    ///     guild: String,
    /// }
    ///
    /// fn guild(claims: &SequenceClaims) -> Option<String> {
    ///     claims.custom::<Guild>().ok().map(|custom| custom.guild)
    /// }
    /// ```
    pub fn custom<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.claims.json)
    }
}

impl fmt::Debug for SequenceClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SequenceClaims")
            .field("wallet", &self.wallet())
            .field("project_id", &self.project_id)
            .field("identity", &self.identity())
            .field("issued_at", &self.claims.issued_at)
            .field("expires_at", &self.claims.expires_at)
            .finish_non_exhaustive()
    }
}

impl Serialize for SequenceClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let payload = &self.claims;
        let mut claims = serializer.serialize_struct("SequenceClaims", 9)?;
        claims.serialize_field("wallet", &self.wallet().to_checksum(None))?;
        claims.serialize_field("project_id", &self.project_id)?;
        serialize_if_some(&mut claims, "email", payload.email.as_ref())?;
        serialize_if_some(&mut claims, "identity", payload.identity.as_ref())?;
        claims.serialize_field("issuer", self.issuer())?;
        claims.serialize_field("issued_at", &payload.issued_at.as_secs())?;
        claims.serialize_field("expires_at", &payload.expires_at.as_secs())?;
        let authenticated_at = payload.authenticated_at.as_ref().map(Duration::as_secs);
        serialize_if_some(&mut claims, "authenticated_at", authenticated_at.as_ref())?;
        serialize_if_some(&mut claims, "nonce", payload.nonce.as_ref())?;
        claims.end()
    }
}

fn serialize_if_some<S: SerializeStruct>(
    claims: &mut S,
    name: &'static str,
    value: Option<&impl Serialize>,
) -> Result<(), S::Error> {
    match value {
        Some(value) => claims.serialize_field(name, value),
        None => claims.skip_field(name),
    }
}

/// Marks a request that an [`optional`](crate::SequenceAuthLayer::optional) layer let pass without a
/// token.
///
/// It is in the request's extensions exactly when the layer ran and found no token, so that
/// "anonymous" can be told from "no layer at all".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anonymous;
