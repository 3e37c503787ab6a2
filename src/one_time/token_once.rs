//! Tokens that may be used once.

use std::time::Duration;

use aws_lc_rs::digest::{self, SHA256};
use memchr::memrchr;

use super::{
    guard::OneTimeGuard,
    store::{OneTimeKey, OneTimeStore},
};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    issuer::Verifier,
};

const USED: &[u8] = b"sequence-auth 1 used token\0";

/// `iat` has whole seconds. Counted to their end, so that a store can begin in the second in which a good
/// token is issued.
const SECOND: Duration = Duration::from_millis(999);

/// Lets each token pass once.
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

    /// Uses a verified token.
    pub(crate) async fn use_up(
        &self,
        token: &[u8],
        claims: &SequenceClaims,
    ) -> Result<(), AuthError> {
        let key = OneTimeKey::new(digest_of(token), claims.issued_at() + SECOND);
        // Not this layer's own leeway: others may ask the same store.
        let accepted_until = claims.expires_at() + Verifier::MAX_LEEWAY;
        self.uses
            .first(key, claims, accepted_until, AuthErrorKind::UsedToken)
            .await
    }
}

/// Digests what the signature is over, letter for letter: only the issuer can make another one. Whether the
/// signature itself can be written in another way is then of no consequence.
fn digest_of(token: &[u8]) -> [u8; 32] {
    let end = memrchr(b'.', token).unwrap_or(token.len());
    let mut context = digest::Context::new(&SHA256);
    context.update(USED);
    context.update(&token[..end]);
    let digest = context.finish();
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
