//! Building a token.

use std::{
    fmt::{self, Display},
    time::{Duration, SystemTime},
};

use serde::Serialize;
use serde_json::Value;

use super::{
    claim_map::{ClaimMap, Members},
    local_issuer::LocalIssuer,
};
use crate::issuer::{Project, ProjectId};

/// The age of an expired token. Its expiry is past any leeway.
const EXPIRED_AGE: Duration = Duration::from_secs(3600);

/// Builds a token of a [`LocalIssuer`]. Every claim and every header member can be overridden or left out.
///
/// Without changes, the token passes every default check.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
///
/// let issuer = LocalIssuer::new();
/// let verifier = issuer.layer(13639).verifier();
///
/// let token = issuer.token().guest().mint();
/// let error = verifier.verify(&token).await.expect_err("no email");
/// assert_eq!(error.kind(), AuthErrorKind::MissingEmail);
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct TokenBuilder {
    issuer: LocalIssuer,
    header: Members,
    /// Whether `mint` adds the `kid` of the current key to the header.
    names_key: bool,
    claims: ClaimMap,
    /// What `claim` and `without_claim` set, in the order of the calls. It overrides what other methods set.
    overrides: Vec<(String, Option<Value>)>,
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
            overrides: Vec::new(),
        }
    }

    /// Sets the wallet, an address or any text: `sub`, or `wallet_address` for OMS Wallet.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let wallet = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
    /// let token = issuer.token().wallet(wallet).mint();
    /// let claims = verifier.verify(&token).await.expect("a good token");
    /// assert_eq!(claims.wallet().to_string(), wallet);
    /// # }
    /// ```
    pub fn wallet(mut self, wallet: impl Display) -> Self {
        self.claims.set_wallet(wallet);
        self
    }

    /// Sets the email, and the identity of a player who signed in by email. Default: `player@example.com`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let token = issuer.token().email("ada@example.com").mint();
    /// let claims = verifier.verify(&token).await.expect("a good token");
    /// assert_eq!(claims.email(), Some("ada@example.com"));
    /// # }
    /// ```
    pub fn email(mut self, email: &str) -> Self {
        self.claims.set_email(email);
        self
    }

    /// Makes the player a guest, who has no email.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::{EmailPolicy, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).email_policy(EmailPolicy::Optional).verifier();
    ///
    /// let claims = verifier.verify(&issuer.token().guest().mint()).await.expect("a guest");
    /// assert_eq!(claims.email(), None);
    /// # }
    /// ```
    pub fn guest(mut self) -> Self {
        self.claims.set_guest();
        self
    }

    /// Sets the nonce. Default: none.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let token = issuer.token().nonce("n-1").mint();
    /// let claims = verifier.verify(&token).await.expect("a good token");
    /// assert_eq!(claims.nonce(), Some("n-1"));
    /// # }
    /// ```
    pub fn nonce(mut self, nonce: &str) -> Self {
        self.claims.members.set("nonce", nonce);
        self
    }

    /// Sets the project that the token is for (`aud`). Default: the project of the issuer's first layer.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let token = issuer.token().project(1).mint();
    /// let error = verifier.verify(&token).await.expect_err("another project");
    /// assert_eq!(error.kind(), AuthErrorKind::InvalidAudience);
    /// # }
    /// ```
    pub fn project(mut self, project_id: impl ProjectId) -> Self {
        let audience = self.issuer.audience(&Project::new(project_id).id);
        self.claims.set_audience(&audience);
        self
    }

    /// Sets when the token is issued (`iat`). It expires 600 seconds later. Default: now.
    ///
    /// By default a token of OMS Wallet has no `iat`, because OMS Wallet does not document one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use std::time::{Duration, SystemTime};
    ///
    /// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let token = issuer.token().issued_at(SystemTime::now() + Duration::from_secs(60)).mint();
    /// let error = verifier.verify(&token).await.expect_err("beyond the leeway");
    /// assert_eq!(error.kind(), AuthErrorKind::IssuedInFuture);
    /// # }
    /// ```
    pub fn issued_at(mut self, time: SystemTime) -> Self {
        self.claims.set_issued_at(time);
        self
    }

    /// Makes the token an expired one: it was issued an hour ago, and expired 50 minutes ago.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let error = verifier.verify(&issuer.token().expired().mint()).await.expect_err("expired");
    /// assert_eq!(error.kind(), AuthErrorKind::Expired);
    /// # }
    /// ```
    pub fn expired(self) -> Self {
        self.issued_at(SystemTime::now() - EXPIRED_AGE)
    }

    /// Sets any claim to any JSON value. It overrides the value that another method sets.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized as JSON, such as a map whose keys are not strings.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let token = issuer.token().claim("level", 7).mint();
    /// let claims = verifier.verify(&token).await.expect("a good token");
    /// let custom: serde_json::Value = claims.custom().expect("JSON");
    /// assert_eq!(custom["level"], 7);
    /// # }
    /// ```
    pub fn claim(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a claim is JSON");
        self.overrides.push((name.to_owned(), Some(value)));
        self
    }

    /// Leaves a claim out, even if another method sets it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// assert!(verifier.verify(&issuer.token().without_claim("exp").mint()).await.is_err());
    /// # }
    /// ```
    pub fn without_claim(mut self, name: &str) -> Self {
        self.overrides.push((name.to_owned(), None));
        self
    }

    /// Sets any member of the header to any JSON value.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized as JSON, such as a map whose keys are not strings.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let token = issuer.token().header("kid", "another key").mint();
    /// let error = verifier.verify(&token).await.expect_err("an unknown key");
    /// assert_eq!(error.kind(), AuthErrorKind::UnknownKey);
    /// # }
    /// ```
    pub fn header(mut self, name: &str, value: impl Serialize) -> Self {
        self.names_key &= name != "kid";
        self.header.set(name, value);
        self
    }

    /// Leaves a member of the header out.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// assert!(verifier.verify(&issuer.token().without_header("kid").mint()).await.is_err());
    /// # }
    /// ```
    pub fn without_header(mut self, name: &str) -> Self {
        self.names_key &= name != "kid";
        self.header.remove(name);
        self
    }

    /// Signs the token with the issuer's current key. The builder can mint again, for example after a rotation.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// assert!(verifier.verify(&issuer.token().mint()).await.is_ok());
    /// # }
    /// ```
    #[must_use]
    pub fn mint(&self) -> String {
        let header = |key_id: &str| {
            let mut header = self.header.clone();
            if self.names_key {
                header.set("kid", key_id);
            }
            header.to_json()
        };
        self.issuer.sign_naming_key(header, self.payload())
    }
}

impl TokenBuilder {
    fn payload(&self) -> String {
        let mut members = self.claims.members.clone();
        for (name, value) in &self.overrides {
            match value {
                Some(value) => members.set(name, value),
                None => members.remove(name),
            }
        }
        members.to_json()
    }
}

impl fmt::Debug for TokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBuilder").finish_non_exhaustive()
    }
}
