//! The builder's bounds, and the ways to make a layer.

use std::time::Duration;

use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceAuthLayerBuilder};

use crate::support::ISSUER;

fn builder() -> SequenceAuthLayerBuilder {
    SequenceAuthLayer::builder(13639)
}

#[track_caller]
fn assert_refused(builder: SequenceAuthLayerBuilder, setting: &str, mentions: &str) -> ConfigError {
    let error = builder.build().unwrap_err();
    assert_eq!(error.setting(), setting);
    let text = error.to_string();
    assert!(
        text.starts_with(setting) && text.contains(mentions),
        "{text}"
    );
    error
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_defaults_build_without_a_runtime() {
    let _ = SequenceAuthLayer::new(13639);
    let _ = SequenceAuthLayer::new(u64::MAX);
    builder().build().unwrap();
}

#[test]
fn a_config_key_makes_a_layer() {
    let key = "eyJwcm9qZWN0SWQiOjEzNjM5LCJycGNTZXJ2ZXIiOiJodHRwczovL3dhYXMuc2VxdWVuY2UuYXBwIn0=";
    SequenceAuthLayer::from_config_key(key).unwrap();
    SequenceAuthLayer::from_config_key("!").unwrap_err();
}

#[test]
fn times_out_of_their_bounds_are_refused_by_name_and_value() {
    assert_refused(builder().leeway(seconds(301)), "leeway", "301s");
    builder().leeway(seconds(300)).build().unwrap();
    builder().leeway(Duration::ZERO).build().unwrap();
    for (lifetime, problem) in [(Duration::ZERO, "zero"), (Duration::MAX, "more than")] {
        let builder = builder().max_token_lifetime(lifetime);
        assert_refused(builder, "max_token_lifetime", problem);
    }
    for lifetime in [seconds(1), seconds(36_500 * 24 * 60 * 60)] {
        builder().max_token_lifetime(lifetime).build().unwrap();
    }
    assert_refused(
        builder().refresh_interval(seconds(0)),
        "refresh_interval",
        "0ns",
    );
    assert_refused(builder().fetch_timeout(seconds(0)), "fetch_timeout", "zero");
    assert_refused(
        builder().refetch_cooldown(seconds(301)),
        "refetch_cooldown",
        "refresh_interval",
    );
    assert_refused(
        builder().fetch_timeout(seconds(301)),
        "fetch_timeout",
        "refresh_interval",
    );
    assert_refused(
        builder()
            .refresh_interval(seconds(300))
            .max_stale(seconds(299)),
        "refresh_interval",
        "max_stale",
    );
    assert_refused(builder().max_stale(Duration::MAX), "max_stale", "more than");
    assert_refused(
        builder().first_keys_timeout(Duration::MAX),
        "first_keys_timeout",
        "more than",
    );
}

#[test]
fn a_short_interval_shortens_the_defaults_that_depend_on_it() {
    builder().refresh_interval(seconds(1)).build().unwrap();
    builder().max_stale(seconds(1)).build().unwrap();
}

#[test]
fn the_key_url_is_https_or_on_loopback() {
    for url in [
        "https://keys.example/jwks.json",
        "http://127.0.0.1:3001/jwks.json",
        "http://127.1.2.3/jwks.json",
        "http://localhost:3001/jwks.json",
        "http://[::1]:3001/jwks.json",
    ] {
        builder().jwks_url(url).build().unwrap();
    }
    for url in [
        "http://keys.example/jwks.json",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://0.0.0.0/",
        "http://[::2]/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "/jwks.json",
        "",
    ] {
        assert_refused(builder().jwks_url(url), "jwks_url", "");
    }
    let error = assert_refused(
        builder().jwks_url("https://me:secret@keys.example/"),
        "jwks_url",
        "credentials",
    );
    assert!(!error.to_string().contains("secret"));
    assert_refused(builder().issuer("http://issuer.example"), "issuer", "https");
}

#[test]
fn a_blank_issuer_or_audience_is_refused() {
    assert_refused(builder().issuer(" "), "issuer", "blank");
    assert_refused(builder().audience_prefix(""), "audience_prefix", "blank");
    assert_refused(
        builder().audience_prefix("https://sequence.build/project"),
        "audience_prefix",
        "https://sequence.build/project`",
    );
}

#[test]
fn settings_that_would_have_no_effect_are_refused() {
    let jwks = ISSUER.jwks();
    let fixed = || builder().static_keys(&jwks);
    fixed().build().unwrap();
    assert_refused(fixed().initial_keys(&jwks), "static_keys", "initial_keys");
    assert_refused(
        fixed().key_fetcher(ISSUER.clone()),
        "static_keys",
        "key_fetcher",
    );
    assert_refused(
        fixed().jwks_url("https://x.example"),
        "static_keys",
        "jwks_url",
    );
    let fetched = || builder().key_fetcher(ISSUER.clone());
    fetched().initial_keys(&jwks).build().unwrap();
    assert_refused(
        fetched().jwks_url("https://x.example"),
        "key_fetcher",
        "jwks_url",
    );
}

#[test]
fn keys_that_are_set_have_to_be_usable() {
    for document in ["", "null", "[]", "{}", r#"{"keys":[]}"#, r#"{"keys":{}}"#] {
        assert_refused(builder().static_keys(document), "static_keys", "");
        assert_refused(builder().initial_keys(document), "initial_keys", "");
    }
}

#[test]
fn what_is_made_can_be_printed() {
    let layer = ISSUER.layer(13639);
    assert!(format!("{layer:?}").contains("SequenceAuthLayer"));
    assert!(format!("{:?}", builder()).contains("13639"));
    assert!(format!("{:?}", layer.verifier()).contains("TokenVerifier"));
}
