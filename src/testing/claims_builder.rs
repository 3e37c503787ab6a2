//! Claims without a token.

use std::{fmt, sync::Arc, time::SystemTime};

use alloy_primitives::Address;
use serde::Serialize;

use super::claim_map::ClaimMap;
use crate::{
    claims::{ClaimSet, SequenceClaims},
    issuer::{Environment, IssuerKind},
    token::VerifiedPayload,
};

const PROJECT_ID: u64 = 13639;

impl SequenceClaims {
    /// Builds claims for the test of a handler, without a token (feature `testing`).
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().email("player@example.com").build();
    /// assert_eq!(claims.email(), Some("player@example.com"));
    /// ```
    pub fn builder() -> SequenceClaimsBuilder {
        SequenceClaimsBuilder::new()
    }
}

/// Builds [`SequenceClaims`]; starts with a player of production Sequence who has an email.
#[derive(Clone)]
#[must_use]
pub struct SequenceClaimsBuilder {
    claims: ClaimMap,
    project_id: u64,
}

impl SequenceClaimsBuilder {
    const ISSUER: &str = Environment::Production.issuer();

    fn new() -> Self {
        Self {
            claims: ClaimMap::of_player(Self::ISSUER),
            project_id: PROJECT_ID,
        }
    }

    /// Sets the wallet.
    pub fn wallet(self, wallet: Address) -> Self {
        self.claim("sub", wallet.to_checksum(None))
    }

    /// Sets the project.
    pub fn project_id(mut self, project_id: u64) -> Self {
        self.project_id = project_id;
        self
    }

    /// Sets the email, and makes the identity one by email. Default: `player@example.com`.
    pub fn email(mut self, email: &str) -> Self {
        self.claims.set_email(Self::ISSUER, email);
        self
    }

    /// Makes the player a guest, who has no email.
    pub fn guest(mut self) -> Self {
        self.claims.set_guest(Self::ISSUER);
        self
    }

    /// Sets the nonce. Default: none.
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", nonce)
    }

    /// Sets the time that the token was issued at; it expires 600 seconds later. Default: now.
    pub fn issued_at(mut self, time: SystemTime) -> Self {
        self.claims.set_issued_at(time);
        self
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

    /// Builds the claims.
    ///
    /// # Panics
    ///
    /// If a claim does not have its type, so that no token could have carried it.
    #[must_use]
    pub fn build(&self) -> SequenceClaims {
        let audience_prefix = Environment::Production.audience_prefix();
        let audience = format!("{audience_prefix}{}", self.project_id);
        let mut claims = self.claims.clone();
        claims.set("aud", [audience]);
        let rules = IssuerKind::EmbeddedWallet.claim_rules(Self::ISSUER, audience_prefix);
        let payload = VerifiedPayload::for_test(claims.to_json());
        let claims = ClaimSet::read(payload, &rules).expect("every claim has its type");
        SequenceClaims::new(Arc::new(claims), self.project_id)
    }
}

impl fmt::Debug for SequenceClaimsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SequenceClaimsBuilder")
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}
