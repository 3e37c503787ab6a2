//! Claims without a token.

use std::{fmt, sync::Arc, time::SystemTime};

use alloy_primitives::Address;
use serde::Serialize;
use serde_json::Value;

use super::{claim_map::ClaimMap, local_issuer::default_project};
use crate::{
    claims::{ClaimSet, SequenceClaims},
    issuer::{Environment, IssuerKind, Project, ProjectId},
    token::VerifiedPayload,
};

/// No issuer of OMS Wallet is published for production.
const OMS_WALLET_ISSUER: &str = "https://oms.sequence.test";

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
    ///
    /// let oms_wallet = SequenceClaims::builder().project_id("prj_01hx").build();
    /// assert_eq!(oms_wallet.issued_at(), None);
    /// ```
    pub fn builder() -> SequenceClaimsBuilder {
        SequenceClaimsBuilder::new()
    }
}

/// Builds [`SequenceClaims`]; starts with a player of production Sequence who has an email.
///
/// With a [project](Self::project_id) of OMS Wallet the claims are those of a token by `https://oms.sequence.test`, in
/// the documented shape.
#[derive(Clone)]
#[must_use]
pub struct SequenceClaimsBuilder {
    project: Project,
    wallet: Option<Address>,
    player: Player,
    issued_at: Option<SystemTime>,
    others: Vec<(String, Value)>,
}

#[derive(Clone)]
enum Player {
    Usual,
    WithEmail(String),
    Guest,
}

impl SequenceClaimsBuilder {
    fn new() -> Self {
        let kind = IssuerKind::EmbeddedWallet;
        Self {
            project: Project {
                kind,
                id: default_project(kind).to_owned(),
            },
            wallet: None,
            player: Player::Usual,
            issued_at: None,
            others: Vec::new(),
        }
    }

    /// Sets the wallet.
    pub fn wallet(mut self, wallet: Address) -> Self {
        self.wallet = Some(wallet);
        self
    }

    /// Sets the project, and with it the issuer: a number is one of Embedded Wallet, a text (`prj_…`) one of OMS
    /// Wallet.
    pub fn project_id(mut self, project_id: impl ProjectId) -> Self {
        self.project = Project::new(project_id);
        self
    }

    /// Sets the email, and makes the identity one by email. Default: `player@example.com`.
    pub fn email(mut self, email: &str) -> Self {
        self.player = Player::WithEmail(email.to_owned());
        self
    }

    /// Makes the player a guest, who has no email.
    pub fn guest(mut self) -> Self {
        self.player = Player::Guest;
        self
    }

    /// Sets the nonce. Default: none.
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", nonce)
    }

    /// Sets the time that the token was issued at; it expires 600 seconds later. Default: now, which a token of OMS
    /// Wallet does not say, because OMS Wallet does not document an `iat`.
    pub fn issued_at(mut self, time: SystemTime) -> Self {
        self.issued_at = Some(time);
        self
    }

    /// Sets any claim to any JSON value, in the place of what another method sets.
    ///
    /// # Panics
    ///
    /// If the value is no JSON: a map whose keys are not strings, say.
    pub fn claim(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a claim is JSON");
        self.others.push((name.to_owned(), value));
        self
    }

    /// Builds the claims.
    ///
    /// # Panics
    ///
    /// If a claim does not have its type, so that no token could have carried it, or if an `aud` that was set is for
    /// another project.
    #[must_use]
    pub fn build(&self) -> SequenceClaims {
        let Project { kind, id } = &self.project;
        let (issuer, prefix) = match kind {
            IssuerKind::EmbeddedWallet => {
                let environment = Environment::Production;
                (environment.issuer(), environment.audience_prefix())
            }
            IssuerKind::OmsWallet => (OMS_WALLET_ISSUER, ""),
        };
        let claims = self.claim_map(issuer, &format!("{prefix}{id}"));
        let rules = kind.claim_rules(issuer, prefix);
        let payload = VerifiedPayload::for_test(claims.members.to_json());
        let claims = ClaimSet::read(payload, &rules, |_| ()).expect("every claim has its type");
        SequenceClaims::new(Arc::new(claims), std::slice::from_ref(id))
            .ok()
            .expect("the project is in the audience")
    }

    fn claim_map(&self, issuer: &str, audience: &str) -> ClaimMap {
        let mut claims = ClaimMap::of_player(self.project.kind, issuer);
        claims.set_audience(audience);
        if let Some(wallet) = self.wallet {
            claims.set_wallet(wallet.to_checksum(None));
        }
        match &self.player {
            Player::Usual => (),
            Player::WithEmail(email) => claims.set_email(email),
            Player::Guest => claims.set_guest(),
        }
        if let Some(time) = self.issued_at {
            claims.set_issued_at(time);
        }
        for (name, value) in &self.others {
            claims.members.set(name, value);
        }
        claims
    }
}

impl fmt::Debug for SequenceClaimsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SequenceClaimsBuilder")
            .field("project_id", &self.project.id)
            .finish_non_exhaustive()
    }
}
