//! A login: nonces, tokens that carry them, and requests with both.

use std::time::SystemTime;

use http::Request;
use sequence_auth::{AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceAuthLayer};

use crate::support::{ISSUER, Script, bearer, send};

/// Unbound nonces, under a key of their own.
pub(crate) fn nonces() -> Nonces {
    Nonces::new(NonceKey::random())
}

pub(crate) fn token(nonce: &str) -> String {
    ISSUER.token().nonce(nonce).mint()
}

pub(crate) fn with_cookie(token: &str, cookie: &str) -> Request<Script> {
    with_header(token, "cookie", cookie)
}

pub(crate) fn with_header(token: &str, name: &'static str, value: &str) -> Request<Script> {
    let mut request = bearer(token);
    let value = value.parse().unwrap();
    request.headers_mut().append(name, value);
    request
}

pub(crate) async fn assert_accepted(layer: &SequenceAuthLayer, request: Request<Script>) {
    send(layer, request).await.claims();
}

pub(crate) async fn assert_refused(
    layer: &SequenceAuthLayer,
    request: Request<Script>,
    kind: Kind,
) {
    send(layer, request).await.assert_refused(kind);
}

/// Waits until the clock shows another millisecond, which is the shortest lifetime.
pub(crate) fn next_millisecond() {
    let start = SystemTime::now();
    while start.elapsed().is_ok_and(|time| time.as_micros() < 1000) {
        std::thread::yield_now();
    }
}

/// A store that is created after all tokens and nonces so far.
pub(crate) fn later_store() -> MemoryStore {
    next_millisecond();
    next_millisecond();
    MemoryStore::default()
}
