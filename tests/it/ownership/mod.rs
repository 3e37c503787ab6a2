//! Proof that a token was got for this sign-in: nonces, one use, ages, and what the application decides.

mod ages;
mod binding;
mod concurrency;
mod nonces;
mod once;
mod outage;
mod predicates;
mod remembered;
mod room;
mod scope;
mod settings;
mod sharing;
mod store;
mod verifier;

use std::time::SystemTime;

use http::Request;
use sequence_auth::{AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceAuthLayer};

use crate::support::{ISSUER, Script, bearer, send};

/// Nonces that are bound to nothing, under a key of their own.
fn nonces() -> Nonces {
    Nonces::new(NonceKey::random())
}

fn token(nonce: &str) -> String {
    ISSUER.token().nonce(nonce).mint()
}

fn with_cookie(token: &str, cookie: &str) -> Request<Script> {
    with_header(token, "cookie", cookie)
}

fn with_header(token: &str, name: &'static str, value: &str) -> Request<Script> {
    let mut request = bearer(token);
    let value = value.parse().unwrap();
    request.headers_mut().append(name, value);
    request
}

async fn assert_accepted(layer: &SequenceAuthLayer, request: Request<Script>) {
    send(layer, request).await.claims();
}

async fn assert_refused(layer: &SequenceAuthLayer, request: Request<Script>, kind: Kind) {
    send(layer, request).await.assert_refused(kind);
}

/// Waits until the clock shows another millisecond: as long as the shortest lifetime.
fn next_millisecond() {
    let start = SystemTime::now();
    while start.elapsed().is_ok_and(|time| time.as_micros() < 1000) {
        std::thread::yield_now();
    }
}

/// A store that is begun later than whatever was issued so far.
fn later_store() -> MemoryStore {
    next_millisecond();
    next_millisecond();
    MemoryStore::default()
}
