//! Impossible settings of nonces are refused, and the key is never printed.

use std::time::Duration;

use sequence_auth::{ConfigError, NonceKey, Nonces, NoncesBuilder};

use crate::support::layer;

fn problem(change: impl FnOnce(NoncesBuilder) -> NoncesBuilder) -> String {
    let builder = change(Nonces::builder(NonceKey::random()));
    builder.build().unwrap_err().to_string()
}

#[test]
fn lifetime_is_one_millisecond_to_one_day() {
    let build = |lifetime| {
        Nonces::builder(NonceKey::random())
            .lifetime(lifetime)
            .build()
    };
    assert!(build(Duration::from_millis(1)).is_ok());
    assert!(build(Duration::from_secs(86_400)).is_ok());
    assert_eq!(
        problem(|nonces| nonces.lifetime(Duration::from_micros(999))),
        "lifetime: 999µs is not from 1ms to 86400s"
    );
    assert_eq!(
        problem(|nonces| nonces.lifetime(Duration::from_secs(86_401))),
        "lifetime: 86401s is not from 1ms to 86400s"
    );
}

#[test]
fn binding_is_one_named_cookie_or_header() {
    for name in ["", "a b", "a=b", "a;b", "é", "a\n"] {
        let text = problem(|nonces| nonces.bound_by_cookie(name));
        assert!(text.starts_with("bound_by_cookie: "), "{text}");
        let text = problem(|nonces| nonces.bound_by_header(name));
        assert!(text.starts_with("bound_by_header: "), "{text}");
    }
    assert_eq!(
        problem(|nonces| nonces.bound_by_header("Cookie")),
        "bound_by_header: use `bound_by_cookie` for a cookie, because every other cookie may change"
    );
    let text = problem(|nonces| nonces.bound_by_cookie("a").bound_by_header("b"));
    assert_eq!(
        text,
        "bound_by_cookie: bound_by_header is set too, and a nonce has one binding"
    );
}

#[test]
fn empty_scope_is_refused() {
    let text = problem(|nonces| nonces.scope(""));
    assert_eq!(text, "scope: it is empty");
}

#[test]
fn nonce_key_is_at_least_32_bytes() {
    let error: ConfigError = NonceKey::new([7; 31]).unwrap_err();
    assert_eq!(error.setting(), "nonce_key");
    assert!(NonceKey::new([7; 32]).is_ok());
}

#[test]
fn debug_never_shows_the_key() {
    let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC0=";
    let key: NonceKey = secret.parse().unwrap();
    let builder = Nonces::builder(key.clone()).previous_key(key.clone());
    let mut texts = format!("{key:?} {builder:?}");
    let nonces = builder.bound_by_cookie("__Host-login").build().unwrap();
    let layer = layer().with_nonces(nonces.clone());
    texts += &format!("{nonces:?} {layer:?} {:?}", layer.verifier());
    for secret in [secret, "secret", "115, 101, 99, 114", "736563"] {
        assert!(
            !texts.to_lowercase().contains(&secret.to_lowercase()),
            "{texts}"
        );
    }
    assert!(texts.contains("__Host-login"));
}
