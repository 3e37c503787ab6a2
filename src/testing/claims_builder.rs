//! Building claims without a token.

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

/// A test URL, because OMS Wallet does not publish its production issuer.
const OMS_WALLET_ISSUER: &str = "https://oms.sequence.test";

impl SequenceClaims {
    /// Builds claims to test a handler without a token (feature `testing`).
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

/// Builds [`SequenceClaims`] for tests. The default is a player of Sequence's production environment who has an email.
///
/// With a [project](Self::project_id) of OMS Wallet the claims are those of a token from `https://oms.sequence.test`,
/// in the documented shape.
///
/// ```
/// use sequence_auth::SequenceClaims;
///
/// let guest = SequenceClaims::builder().guest().build();
/// assert_eq!(guest.email(), None);
/// assert_eq!(guest.issuer(), "https://waas.sequence.app");
/// ```
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

    /// Sets the wallet. Default: `0x52908400098527886E0F7030069857D2E4169EE7`.
    ///
    /// ```
    /// use sequence_auth::{Address, SequenceClaims};
    ///
    /// let wallet = Address::repeat_byte(7);
    /// let claims = SequenceClaims::builder().wallet(wallet).build();
    /// assert_eq!(claims.wallet(), wallet);
    /// ```
    pub fn wallet(mut self, wallet: Address) -> Self {
        self.wallet = Some(wallet);
        self
    }

    /// Sets the project, and with it the issuer: a number is a project of Embedded Wallet, a text (`prj_…`) is a
    /// project of OMS Wallet. Default: 13639.
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().project_id(7).build();
    /// assert_eq!(claims.project_id(), "7");
    /// ```
    pub fn project_id(mut self, project_id: impl ProjectId) -> Self {
        self.project = Project::new(project_id);
        self
    }

    /// Sets the email, and the identity of a player who signed in by email. Default: `player@example.com`.
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().email("ada@example.com").build();
    /// assert_eq!(claims.email(), Some("ada@example.com"));
    /// ```
    pub fn email(mut self, email: &str) -> Self {
        self.player = Player::WithEmail(email.to_owned());
        self
    }

    /// Makes the player a guest, who has no email.
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().guest().build();
    /// assert_eq!(claims.email(), None);
    /// ```
    pub fn guest(mut self) -> Self {
        self.player = Player::Guest;
        self
    }

    /// Sets the nonce. Default: none.
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().nonce("n-1").build();
    /// assert_eq!(claims.nonce(), Some("n-1"));
    /// ```
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", nonce)
    }

    /// Sets when the token was issued (`iat`). It expires 600 seconds later. Default: now.
    ///
    /// By default claims of OMS Wallet have no `iat`, because OMS Wallet does not document one.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use sequence_auth::SequenceClaims;
    ///
    /// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    /// let claims = SequenceClaims::builder().issued_at(time).build();
    /// assert_eq!(claims.expires_at(), time + Duration::from_secs(600));
    /// ```
    pub fn issued_at(mut self, time: SystemTime) -> Self {
        self.issued_at = Some(time);
        self
    }

    /// Sets any claim to any JSON value. It overrides the value that another method sets.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized as JSON, such as a map whose keys are not strings.
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Custom {
    ///     level: u32,
    /// }
    ///
    /// let claims = SequenceClaims::builder().claim("level", 7).build();
    /// assert_eq!(claims.custom::<Custom>()?.level, 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn claim(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a claim is JSON");
        self.others.push((name.to_owned(), value));
        self
    }

    /// Builds the claims.
    ///
    /// # Panics
    ///
    /// Panics if a claim does not have its type, so that no token could carry it, or if an overridden `aud` is for
    /// another project.
    ///
    /// ```
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().build();
    /// assert_eq!(claims.project_number(), Some(13639));
    /// ```
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
