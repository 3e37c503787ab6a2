//! Tokens that are accepted once.

use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{self, SHA256};
use memchr::memrchr;

use super::{
    guard::{OneTimeGuard, Use},
    store::{OneTimeKey, OneTimeStore},
};
use crate::{
    claims::SequenceClaims,
    defaults::MAX_LEEWAY,
    error::{AuthError, AuthErrorKind},
};

const USED: &[u8] = b"sequence-auth 1 used token\0";

/// `iat` has whole seconds. A token counts as issued at the end of its second: otherwise a store that was created
/// within that second would refuse it. Stores with a clock tolerance use the start of that second.
const REST_OF_THE_SECOND: Duration = Duration::from_millis(999);

/// Accepts each token once.
#[derive(Clone, Debug)]
pub(crate) struct TokenOnce {
    uses: OneTimeGuard,
}

impl TokenOnce {
    pub(crate) fn new(store: impl OneTimeStore) -> Self {
        Self {
            uses: OneTimeGuard::new(store),
        }
    }

    /// Returns the key under which the use of a verified token is recorded.
    pub(crate) fn key_of(token: &[u8], issued_at: SystemTime) -> OneTimeKey {
        OneTimeKey::new(digest_of(token), issued_at + REST_OF_THE_SECOND)
            .with_imprecision(REST_OF_THE_SECOND)
    }

    /// Records the use of a token by its [key](Self::key_of), and refuses a token that was used before.
    pub(crate) async fn consume(
        &self,
        key: OneTimeKey,
        claims: &SequenceClaims,
    ) -> Result<(), AuthError> {
        // The largest possible leeway: layers with different leeways may share the store.
        let accepted_until = claims.expires_at() + MAX_LEEWAY;
        match self.uses.consume(key, claims, accepted_until).await? {
            Use::First => Ok(()),
            Use::Repeated => Err(AuthErrorKind::UsedToken.into()),
        }
    }
}

/// Digests the bytes that the signature covers, which only the issuer can sign. The signature itself is left out: from
/// an ES256 signature anybody can compute a second valid one (s → n − s).
fn digest_of(token: &[u8]) -> [u8; 32] {
    let end = memrchr(b'.', token).unwrap_or(token.len());
    let mut context = digest::Context::new(&SHA256);
    context.update(USED);
    context.update(&token[..end]);
    let digest = context.finish();
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::testing::LocalIssuer;

    const ISSUED_AT: SystemTime = SystemTime::UNIX_EPOCH;

    fn key_of(token: &str) -> OneTimeKey {
        TokenOnce::key_of(token.as_bytes(), ISSUED_AT)
    }

    /// Only the signature differs.
    #[test]
    fn token_and_its_twin_have_one_key() {
        let token = LocalIssuer::oms_wallet().token().mint();
        let (input, signature) = token.rsplit_once('.').expect("three parts");
        let changed: String = signature.chars().rev().collect();
        for other in [&*changed, "A", ""] {
            assert_eq!(key_of(&token), key_of(&format!("{input}.{other}")));
        }
    }

    #[test]
    fn key_depends_on_header_and_claims() {
        let keys = [
            "a.b.s", "a.c.s", "c.b.s", "ab.s", "a.b", ".b.s", "a..s", "s",
        ]
        .map(key_of);
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[index + 1..].contains(key), "{index}");
        }
    }

    #[test]
    fn token_counts_as_issued_at_end_of_its_second() {
        let issued_at = key_of("a.b.s").issued_at();
        assert_eq!(issued_at, ISSUED_AT + Duration::from_millis(999));
    }
}
