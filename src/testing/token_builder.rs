//! A token to be minted.

use std::{
    fmt::{self, Display},
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::{
    claim_map::{ClaimMap, Members},
    local_issuer::LocalIssuer,
};
use crate::issuer::{Project, ProjectId};

/// How long ago an expired token was issued: its expiry is past any leeway.
const EXPIRED_AGE: Duration = Duration::from_secs(3600);

/// Builds a token of a [`LocalIssuer`]; every claim and header member can be overridden or left out.
///
/// What it starts with passes every default check.
#[derive(Clone)]
#[must_use]
pub struct TokenBuilder {
    issuer: LocalIssuer,
    header: Members,
    /// Whether the header names the key that signs.
    names_key: bool,
    claims: ClaimMap,
}

impl TokenBuilder {
    pub(super) fn new(issuer: LocalIssuer, audience: &str) -> Self {
        let mut header = Members::default();
        header.set("alg", issuer.kind().algorithm().name());
        header.set("typ", "JWT");
        let mut claims = ClaimMap::of_player(issuer.kind(), issuer.url());
        claims.set_audience(audience);
        Self {
            issuer,
            header,
            names_key: true,
            claims,
        }
    }

    /// Sets the wallet, an address or any text: `sub`, or `wallet_address` of OMS Wallet.
    pub fn wallet(mut self, wallet: impl Display) -> Self {
        self.claims.set_wallet(wallet);
        self
    }

    /// Sets the email, and makes the identity one by email. Default: `player@example.com`.
    pub fn email(mut self, email: &str) -> Self {
        self.claims.set_email(email);
        self
    }

    /// Makes the player a guest, who has no email.
    pub fn guest(mut self) -> Self {
        self.claims.set_guest();
        self
    }

    /// Sets the nonce. Default: none.
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", nonce)
    }

    /// Sets the project that the token is for (`aud`).
    pub fn project(mut self, project_id: impl ProjectId) -> Self {
        let audience = self.issuer.audience(&Project::new(project_id).id);
        self.claims.set_audience(&audience);
        self
    }

    /// Sets the time that the token is issued at; it expires 600 seconds later. Default: now, which a token of OMS
    /// Wallet does not say, because OMS Wallet does not document an `iat`.
    pub fn issued_at(mut self, time: SystemTime) -> Self {
        self.claims.set_issued_at(time);
        self
    }

    /// Makes the token one that expired long ago.
    pub fn expired(self) -> Self {
        self.issued_at(SystemTime::now() - EXPIRED_AGE)
    }

    /// Sets any claim to any JSON value.
    ///
    /// # Panics
    ///
    /// If the value is no JSON: a map whose keys are not strings, say.
    pub fn claim(mut self, name: &str, value: impl Serialize) -> Self {
        self.claims.members.set(name, value);
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.members.remove(name);
        self
    }

    /// Sets any member of the header to any JSON value.
    ///
    /// # Panics
    ///
    /// If the value is no JSON.
    pub fn header(mut self, name: &str, value: impl Serialize) -> Self {
        self.names_key &= name != "kid";
        self.header.set(name, value);
        self
    }

    /// Leaves a member of the header out.
    pub fn without_header(mut self, name: &str) -> Self {
        self.names_key &= name != "kid";
        self.header.remove(name);
        self
    }

    /// Signs the token with the issuer's current key.
    #[must_use]
    pub fn mint(&self) -> String {
        let mut header = self.header.clone();
        if self.names_key {
            header.set("kid", self.issuer.key_id());
        }
        let claims = self.claims.members.to_json();
        self.issuer.sign(header.to_json(), claims)
    }
}

impl fmt::Debug for TokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBuilder").finish_non_exhaustive()
    }
}
