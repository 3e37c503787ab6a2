//! The ways to create a layer. A setting that cannot work is refused by name.

use std::time::Duration;

use sequence_auth::{ClientBuilder, ConfigError, SequenceAuthLayer, SequenceAuthLayerBuilder};

use crate::support::ISSUER;

pub(crate) fn builder() -> SequenceAuthLayerBuilder {
    SequenceAuthLayer::builder(13639)
}

#[track_caller]
pub(crate) fn assert_refused(
    builder: SequenceAuthLayerBuilder,
    setting: &str,
    mentions: &str,
) -> ConfigError {
    let error = builder.build().unwrap_err();
    assert_eq!(error.setting(), setting);
    let text = error.to_string();
    assert!(
        text.starts_with(setting) && text.contains(mentions),
        "{text}"
    );
    error
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn defaults_build_without_runtime() {
    let _ = SequenceAuthLayer::new(13639);
    let _ = SequenceAuthLayer::new(u64::MAX);
    builder().build().unwrap();
}

#[test]
fn config_key_makes_a_layer() {
    let key = "eyJwcm9qZWN0SWQiOjEzNjM5LCJycGNTZXJ2ZXIiOiJodHRwczovL3dhYXMuc2VxdWVuY2UuYXBwIn0=";
    SequenceAuthLayer::from_config_key(key).unwrap();
    SequenceAuthLayer::from_config_key("!").unwrap_err();
}

#[test]
fn error_names_the_setting_that_was_set() {
    assert_refused(
        builder().max_stale(seconds(1)).refetch_cooldown(seconds(2)),
        "refetch_cooldown",
        "max_stale",
    );
    assert_refused(
        builder().max_stale(seconds(1)).fetch_timeout(seconds(2)),
        "fetch_timeout",
        "max_stale",
    );
    assert_refused(builder().max_stale(Duration::ZERO), "max_stale", "0ns");
    assert_refused(
        builder()
            .refresh_interval(seconds(1))
            .refetch_cooldown(seconds(2)),
        "refetch_cooldown",
        "refresh_interval",
    );
}

#[test]
fn setting_without_effect_is_refused() {
    let jwks = ISSUER.jwks();
    let fixed = || builder().static_keys(&jwks);
    fixed().build().unwrap();
    for (fetched, setting) in [
        (fixed().initial_keys(&jwks), "initial_keys"),
        (fixed().key_fetcher(ISSUER.clone()), "key_fetcher"),
        (fixed().refresh_interval(seconds(300)), "refresh_interval"),
        (fixed().refetch_cooldown(seconds(30)), "refetch_cooldown"),
        (fixed().fetch_timeout(seconds(5)), "fetch_timeout"),
        (fixed().max_stale(seconds(3600)), "max_stale"),
        (fixed().first_keys_timeout(seconds(2)), "first_keys_timeout"),
        (fixed().max_waiting(1), "max_waiting"),
        (fixed().jwks_url("https://x.example"), "jwks_url"),
        (fixed().http_client(ClientBuilder::new()), "http_client"),
        (fixed().connect_timeout(seconds(1)), "connect_timeout"),
    ] {
        assert_refused(fetched, "static_keys", setting);
    }
    let fetched = || builder().key_fetcher(ISSUER.clone());
    fetched().initial_keys(&jwks).build().unwrap();
    assert_refused(
        fetched().connect_timeout(seconds(1)),
        "key_fetcher",
        "connect_timeout",
    );
    assert_refused(
        fetched().http_client(ClientBuilder::new()),
        "key_fetcher",
        "http_client",
    );
    assert_refused(
        fetched().jwks_url("https://x.example"),
        "key_fetcher",
        "jwks_url",
    );
}

#[test]
fn http_client_may_be_builder_or_function() {
    builder().http_client(ClientBuilder::new()).build().unwrap();
    builder().http_client(ClientBuilder::new).build().unwrap();
}

#[test]
fn public_types_implement_debug() {
    let layer = ISSUER.layer(13639);
    assert!(format!("{layer:?}").contains("SequenceAuthLayer"));
    assert!(format!("{:?}", builder()).contains("13639"));
    assert!(format!("{:?}", layer.verifier()).contains("TokenVerifier"));
}
