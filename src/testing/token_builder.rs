//! A token to be minted.

use std::{
    fmt::{self, Display},
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::{claim_map::ClaimMap, local_issuer::LocalIssuer};

/// How long ago an expired token was issued: its expiry is past any leeway.
const EXPIRED_AGE: Duration = Duration::from_secs(3600);

/// Builds a token of a [`LocalIssuer`]; every claim and header member can be overridden or left out.
///
/// What it starts with passes every default check.
#[derive(Clone)]
#[must_use]
pub struct TokenBuilder {
    issuer: LocalIssuer,
    header: ClaimMap,
    /// Whether the header names the key that signs.
    names_key: bool,
    claims: ClaimMap,
}

impl TokenBuilder {
    pub(super) fn new(issuer: LocalIssuer, project_id: u64) -> Self {
        let mut header = ClaimMap::default();
        header.set("alg", "RS256");
        header.set("typ", "JWT");
        let claims = ClaimMap::of_player(issuer.url());
        let token = Self {
            issuer,
            header,
            names_key: true,
            claims,
        };
        token.project(project_id)
    }

    /// Sets the wallet (`sub`): an address, or any text.
    pub fn wallet(self, wallet: impl Display) -> Self {
        self.claim("sub", wallet.to_string())
    }

    /// Sets the email, and makes the identity one by email. Default: `player@example.com`.
    pub fn email(mut self, email: &str) -> Self {
        self.claims.set_email(self.issuer.url(), email);
        self
    }

    /// Makes the player a guest, who has no email.
    pub fn guest(mut self) -> Self {
        self.claims.set_guest(self.issuer.url());
        self
    }

    /// Sets the nonce. Default: none.
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", nonce)
    }

    /// Sets the project that the token is for (`aud`).
    pub fn project(self, project_id: u64) -> Self {
        let audience = self.issuer.audience(project_id);
        self.claim("aud", [audience])
    }

    /// Sets the time that the token is issued at; it expires 600 seconds later. Default: now.
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
        self.claims.set(name, value);
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
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
        self.issuer.sign(header.to_json(), self.claims.to_json())
    }
}

impl fmt::Debug for TokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBuilder").finish_non_exhaustive()
    }
}
