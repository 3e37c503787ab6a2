//! The claims of a verified token, as a handler sees them.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use alloy_primitives::Address;
use serde::de::DeserializeOwned;

use super::{claim_set::ClaimSet, identity::Identity};

/// The claims of a verified ID token of Embedded Wallet or OMS Wallet.
///
/// The layer puts the claims into the request's extensions after the token has passed every check. Only the layer and
/// its verifier create them (and `SequenceClaims::builder`, for tests). Cloning costs one reference count.
///
/// # Example
///
/// With the feature `axum`, a handler takes the claims as an argument. Without the feature, it takes
/// `Extension<SequenceClaims>`:
///
/// ```
/// use axum::Extension;
/// use sequence_auth::SequenceClaims;
///
/// async fn profile(Extension(claims): Extension<SequenceClaims>) -> String {
///     let email = claims.email().unwrap_or("no email");
///     format!("{} ({email})", claims.wallet())
/// }
/// ```
///
/// A plain `SequenceClaims` argument without the feature is a compile error: "the trait `Handler` is not implemented".
///
/// # Identifying a player
///
/// Store a player's data under [`issuer`](Self::issuer) and [`wallet`](Self::wallet). Do not use the email as a key: it
/// is not verified.
///
/// # Output
///
/// `Debug` omits the email, the nonce, and the names in the identity. `Serialize` writes every claim that has a getter,
/// under the getter's name (but not `project_number`, which repeats `project_id`). The wallet is written with its
/// EIP-55 checksum, the project as a string, and times in whole seconds since the Unix epoch. Claims that the token
/// does not have are left out.
///
/// # OMS Wallet
///
/// A client of OMS Wallet chooses the lifetime of its tokens and may add claims of its own. The issuer documents `iss`,
/// `aud`, `exp`, `sub`, `wallet_address` and `wallet_type`, so these claims are its word. Whether the client can write
/// `email`, `nonce`, `iat` and `auth_time` itself is an open question: do not base a permission on these claims in a
/// token of OMS Wallet. [`issuer`](Self::issuer) returns the issuer of the token.
#[derive(Clone)]
pub struct SequenceClaims {
    pub(super) claims: Arc<ClaimSet>,
    /// The position of the accepted project among those of the claims.
    project: usize,
}

impl SequenceClaims {
    /// Creates the claims of a token for an accepted project: the first in `accepted` that the token names. Returns the
    /// claim set unchanged if the token does not name an accepted project.
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

    /// Returns the address of the player's wallet: the claim `sub`, or `wallet_address` for OMS Wallet.
    ///
    /// [`Address`] is a re-export of `alloy_primitives::Address`. `Display` writes it with the EIP-55 checksum, in
    /// upper and lower case. `FromStr` reads it in any case, without a check of that sum: compare addresses, not texts.
    /// To serialize it alone, in lower case: `cargo add alloy-primitives@1 --no-default-features --features serde`.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::{Address, SequenceClaims};
    ///
    /// let wallet = Address::repeat_byte(0xab);
    /// let claims = SequenceClaims::builder().wallet(wallet).build();
    /// assert_eq!(claims.wallet(), wallet);
    /// assert_eq!(claims.wallet().to_string(), "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB");
    /// # }
    /// ```
    #[must_use]
    pub fn wallet(&self) -> Address {
        self.claims.wallet
    }

    /// Returns the ID of the player's wallet at OMS Wallet (`sub`), or `None` for Embedded Wallet.
    ///
    /// The ID is not an address. It is not blank, and has at most 255 bytes and no control or invisible characters.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().project_id("prj_01hx").build();
    /// assert_eq!(claims.wallet_id(), Some("wallet_01"));
    /// assert_eq!(SequenceClaims::builder().build().wallet_id(), None);
    /// # }
    /// ```
    #[must_use]
    pub fn wallet_id(&self) -> Option<&str> {
        self.claims.wallet_id.as_deref()
    }

    /// Returns the ID of the project that the token was issued for (`aud`): `"13639"` for Embedded Wallet, `"prj_…"`
    /// for OMS Wallet.
    ///
    /// It is always a project that the layer accepts. If a token names several of them, it is the first in the layer's
    /// order.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().project_id(13639).build();
    /// assert_eq!(claims.project_id(), "13639");
    /// # }
    /// ```
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.claims.projects[self.project]
    }

    /// Returns the [project ID](Self::project_id) as a number, or `None` for OMS Wallet, whose IDs are not numbers.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().project_id(13639).build();
    /// assert_eq!(claims.project_number(), Some(13639));
    /// # }
    /// ```
    #[must_use]
    pub fn project_number(&self) -> Option<u64> {
        match self.wallet_id() {
            Some(_) => None,
            None => self.project_id().parse().ok(),
        }
    }

    /// Returns the player's email as the issuer states it. **Treat the email as unverified**: neither issuer documents
    /// a claim that says otherwise.
    ///
    /// Use the email to contact a player or to display it, not to find an account and not to grant a permission. For
    /// OMS Wallet, it is not documented whether the client can [write the email itself](Self#oms-wallet). The [identity
    /// type](Identity::identity_type) says how the player signed in.
    ///
    /// The email is never blank, and has at most 320 bytes and no control characters. Letter case is left as the issuer
    /// wrote it. `None` is possible only under [`EmailPolicy::Optional`](crate::EmailPolicy::Optional): guests, for
    /// example, have no email.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().email("player@example.com").build();
    /// assert_eq!(claims.email(), Some("player@example.com"));
    ///
    /// let guest = SequenceClaims::builder().guest().build();
    /// assert_eq!(guest.email(), None);
    /// # }
    /// ```
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.email.as_deref()
    }

    /// Returns how the player signed in, if the token has the claim `{iss}/identity`.
    ///
    /// Always `None` for OMS Wallet: its documentation does not mention this claim, so a client could write it.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::{IdentityType, SequenceClaims};
    ///
    /// let claims = SequenceClaims::builder().guest().build();
    /// let identity_type = claims.identity().map(|identity| identity.identity_type());
    /// assert_eq!(identity_type, Some(IdentityType::Guest));
    /// # }
    /// ```
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.claims.identity.as_ref()
    }

    /// Returns the URL of the token's issuer (`iss`), exactly as configured.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::{Environment, SequenceClaims};
    ///
    /// let claims = SequenceClaims::builder().build();
    /// assert_eq!(claims.issuer(), Environment::Production.issuer());
    /// # }
    /// ```
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.claims.issuer
    }

    /// Returns the time at which the token was issued (`iat`).
    ///
    /// The time may be in the future by up to the leeway (30 seconds by default). Tokens of Embedded Wallet always have
    /// it. OMS Wallet does not document `iat`, nor whether its client can [write it itself](Self#oms-wallet).
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use std::time::{Duration, SystemTime};
    ///
    /// use sequence_auth::SequenceClaims;
    ///
    /// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_407_126);
    /// let claims = SequenceClaims::builder().issued_at(time).build();
    /// assert_eq!(claims.issued_at(), Some(time));
    /// # }
    /// ```
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.claims.issued_at.map(since_epoch)
    }

    /// Returns the time at which the token expires (`exp`).
    ///
    /// The time may be in the past by up to the leeway (30 seconds by default). The layer checks it for the last time
    /// after the predicates and loads of the application, and before it records a use.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use std::time::SystemTime;
    ///
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().build();
    /// let remaining = claims.expires_at().duration_since(SystemTime::now()).unwrap_or_default();
    /// assert!(remaining.as_secs() <= 600); // Embedded Wallet: 10 minutes
    /// # }
    /// ```
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        since_epoch(self.claims.expires_at)
    }

    /// Returns the time at which the player signed in to the wallet (`auth_time`), if the token has it.
    ///
    /// The time may be in the future by up to the leeway (30 seconds by default). OMS Wallet does not document
    /// `auth_time`, nor whether its client can [write it itself](Self#oms-wallet).
    #[must_use]
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.claims.authenticated_at.map(since_epoch)
    }

    /// Returns the nonce that the client had the issuer put into the token, if there is one.
    ///
    /// OMS Wallet does not document `nonce`, nor whether its client can [write it itself](Self#oms-wallet). A layer
    /// [with nonces](crate::SequenceAuthLayer::with_nonces) is safe in both cases: the token's signature covers the
    /// nonce, so the token cannot be used with a different nonce.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::SequenceClaims;
    ///
    /// let claims = SequenceClaims::builder().nonce("n-0S6_WzA2Mj").build();
    /// assert_eq!(claims.nonce(), Some("n-0S6_WzA2Mj"));
    /// # }
    /// ```
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.claims.nonce.as_deref()
    }

    /// Deserializes the token's claims into a type of your own. **A client of OMS Wallet chooses its custom claims:
    /// they are the player's own words, and never authority.**
    ///
    /// Do not grant a permission based on custom claims. A client of Embedded Wallet can choose only the nonce.
    ///
    /// # Errors
    ///
    /// Returns an error if the claims do not have the shape of `T`. The error may quote a claim's value: keep it out of
    /// responses and logs.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::SequenceClaims;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Custom {
    ///     guild: String,
    /// }
    ///
    /// let claims = SequenceClaims::builder().claim("guild", "Explorers").build();
    /// assert_eq!(claims.custom::<Custom>()?.guild, "Explorers");
    /// # }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn custom<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.claims.json)
    }
}

fn since_epoch(time: Duration) -> SystemTime {
    SystemTime::UNIX_EPOCH + time
}
