//! What a handler gets to see of a verified token.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use alloy_primitives::Address;
use serde::{Serialize, Serializer, de::DeserializeOwned, ser::SerializeStruct};

use super::{claim_set::ClaimSet, identity::Identity};

/// Holds the claims of a verified ID token of Embedded Wallet or OMS Wallet.
///
/// The layer puts them into the request's extensions; only a token that passed every check makes
/// them. They are cheap to clone. `Debug` leaves out the email, the nonce and the identity's
/// names. `Serialize` writes all of them under the names of the getters, the address with its EIP-55
/// checksum, the project as a text, and times as seconds since the Unix epoch; what a token does not have is left out.
///
/// In axum a handler takes them as an argument with the feature `axum`, and as `Extension<SequenceClaims>` without.
/// Without the feature, the compiler says of a handler with the argument that the trait `Handler` is not implemented
/// for it.
///
/// Store a player's data under [`issuer`](Self::issuer) and [`wallet`](Self::wallet), never under the email: no
/// claim says that the email was verified.
///
/// # OMS Wallet
///
/// A client of OMS Wallet chooses the lifetime of its tokens and may add claims of its own. The claims that the issuer
/// documents (`iss`, `aud`, `exp`, `sub`, `wallet_address`, `wallet_type`) are taken as the issuer's word. Whether the
/// client can write `email`, `nonce`, `iat` and `auth_time` itself is an open question: do not base a permission on
/// them for such tokens. [`issuer`](Self::issuer) says which issuer's token it is.
#[derive(Clone)]
pub struct SequenceClaims {
    claims: Arc<ClaimSet>,
    /// The position of the accepted project among those of the claims.
    project: usize,
}

impl SequenceClaims {
    /// Takes the claims of a token that is for one of these projects, the first that it names. Returns the claims of
    /// other tokens as they came.
    pub(crate) fn new(claims: Arc<ClaimSet>, accepted: &[String]) -> Result<Self, Arc<ClaimSet>> {
        let position = |id: &String| claims.projects.iter().position(|held| held == id);
        match accepted.iter().find_map(position) {
            Some(project) => Ok(Self { claims, project }),
            None => Err(claims),
        }
    }

    pub(crate) fn claim_set(&self) -> &Arc<ClaimSet> {
        &self.claims
    }

    /// Returns the address of the player's wallet: `sub`, or `wallet_address` for OMS Wallet.
    ///
    /// The type is `alloy_primitives::Address`. `Display` writes it with the EIP-55 checksum; for `Serialize`, switch
    /// on the feature `serde` of alloy-primitives.
    #[must_use]
    pub fn wallet(&self) -> Address {
        self.claims.wallet
    }

    /// Returns the id of the player's wallet at OMS Wallet (`sub`), which is not an address; `None` for Embedded
    /// Wallet.
    #[must_use]
    pub fn wallet_id(&self) -> Option<&str> {
        self.claims.wallet_id.as_deref()
    }

    /// Returns the project that the token was issued for (`aud`), one of those the layer accepts: `"13639"` for
    /// Embedded Wallet, `"prj_…"` for OMS Wallet.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.claims.projects[self.project]
    }

    /// Returns the [project](Self::project_id) as the number that it is for Embedded Wallet; `None` for OMS Wallet.
    #[must_use]
    pub fn project_number(&self) -> Option<u64> {
        match self.wallet_id() {
            Some(_) => None,
            None => self.project_id().parse().ok(),
        }
    }

    /// Returns the player's email, which is never blank.
    ///
    /// It is always there unless the layer's policy is
    /// [`EmailPolicy::Optional`](crate::EmailPolicy::Optional). Neither issuer says whether it was
    /// verified, and OMS Wallet does not document whether its client can [write it itself](Self#oms-wallet).
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.email.as_deref()
    }

    /// Returns how the player signed in, if the token has the claim `{iss}/identity`. `None` for OMS Wallet, which does
    /// not document such a claim, so that its client could write one.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.claims.identity.as_ref()
    }

    /// Returns who issued the token (`iss`): the configured issuer's URL.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.claims.issuer
    }

    /// Returns when the token was issued (`iat`). Tokens of Embedded Wallet always have it; OMS Wallet does not
    /// document it, nor whether its client can [write it itself](Self#oms-wallet).
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.claims.issued_at.map(since_epoch)
    }

    /// Returns when the token expires (`exp`). That may be as long ago as the leeway.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        since_epoch(self.claims.expires_at)
    }

    /// Returns when the player signed in to the wallet (`auth_time`), if the token has it. OMS Wallet does not document
    /// it, nor whether its client can [write it itself](Self#oms-wallet).
    #[must_use]
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.claims.authenticated_at.map(since_epoch)
    }

    /// Returns the nonce that the client asked the issuer to put into the token. OMS Wallet does not document it, nor
    /// whether its client can [write it itself](Self#oms-wallet). A layer
    /// [with nonces](crate::SequenceAuthLayer::with_nonces) works either way: it relies on the signature alone, which
    /// holds for no other nonce.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.claims.nonce.as_deref()
    }

    /// Reads the token's claims into a type of your own. **A client of OMS Wallet chooses its custom claims itself:
    /// they are the player's own words, and never authority.**
    ///
    /// Do not decide by them what a player may do. [`issuer`](Self::issuer) says which issuer's token it is. A client
    /// of Embedded Wallet chooses nothing but the nonce.
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
            .field("wallet_id", &self.wallet_id())
            .field("project_id", &self.project_id())
            .field("issuer", &self.issuer())
            .field("identity", &self.identity())
            .field("issued_at", &self.claims.issued_at)
            .field("expires_at", &self.claims.expires_at)
            .finish_non_exhaustive()
    }
}

impl Serialize for SequenceClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let payload = &self.claims;
        let mut claims = serializer.serialize_struct("SequenceClaims", 10)?;
        claims.serialize_field("wallet", &self.wallet().to_checksum(None))?;
        serialize_if_some(&mut claims, "wallet_id", payload.wallet_id.as_ref())?;
        claims.serialize_field("project_id", self.project_id())?;
        serialize_if_some(&mut claims, "email", payload.email.as_ref())?;
        serialize_if_some(&mut claims, "identity", payload.identity.as_ref())?;
        claims.serialize_field("issuer", self.issuer())?;
        let issued_at = payload.issued_at.as_ref().map(Duration::as_secs);
        serialize_if_some(&mut claims, "issued_at", issued_at.as_ref())?;
        claims.serialize_field("expires_at", &payload.expires_at.as_secs())?;
        let authenticated_at = payload.authenticated_at.as_ref().map(Duration::as_secs);
        serialize_if_some(&mut claims, "authenticated_at", authenticated_at.as_ref())?;
        serialize_if_some(&mut claims, "nonce", payload.nonce.as_ref())?;
        claims.end()
    }
}

fn since_epoch(time: Duration) -> SystemTime {
    SystemTime::UNIX_EPOCH + time
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
/// It is in the request's extensions exactly when the layer ran and found no token, so that "anonymous" can be told
/// from "no layer at all". It is not enough for the extractors of the feature `axum`, which answer as the layer does:
/// for an anonymous request in a test, use an optional layer of a `LocalIssuer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anonymous;
