//! The builder's bounds, and the ways to make a layer.

use std::time::Duration;

use sequence_auth::{ClientBuilder, ConfigError, SequenceAuthLayer, SequenceAuthLayerBuilder};

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
fn a_bound_names_the_setting_that_was_set() {
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
fn fetches_over_http_have_a_cool_down_of_a_second_at_least() {
    let short = Duration::from_millis(999);
    for cooldown in [Duration::ZERO, short] {
        assert_refused(
            builder().refetch_cooldown(cooldown),
            "refetch_cooldown",
            "less than 1s",
        );
        builder()
            .jwks_url("http://localhost:3001/jwks.json")
            .refetch_cooldown(cooldown)
            .build()
            .unwrap();
        builder()
            .key_fetcher(ISSUER.clone())
            .refetch_cooldown(cooldown)
            .build()
            .unwrap();
    }
    builder().refetch_cooldown(seconds(1)).build().unwrap();
}

#[test]
fn connecting_takes_some_time_and_no_more_than_the_fetch() {
    assert_refused(
        builder().connect_timeout(seconds(0)),
        "connect_timeout",
        "zero",
    );
    assert_refused(
        builder().connect_timeout(seconds(6)),
        "connect_timeout",
        "6s is more than fetch_timeout, which is 5s",
    );
    builder().connect_timeout(seconds(5)).build().unwrap();
    builder().fetch_timeout(seconds(1)).build().unwrap();
}

#[test]
fn an_interval_and_a_fetch_have_to_fit_into_max_stale() {
    let stale_after = |time| builder().max_stale(time);
    for (builder, setting) in [
        (
            stale_after(seconds(330)).refresh_interval(seconds(300)),
            "refresh_interval",
        ),
        (
            stale_after(seconds(60)).refresh_interval(seconds(60)),
            "refresh_interval",
        ),
        (
            stale_after(seconds(60))
                .refresh_interval(seconds(40))
                .fetch_timeout(seconds(20)),
            "refresh_interval",
        ),
        (
            stale_after(seconds(60)).fetch_timeout(seconds(30)),
            "fetch_timeout",
        ),
    ] {
        assert_refused(builder, setting, "max_stale");
    }
    let least = Duration::from_millis(20);
    assert_refused(
        stale_after(least - Duration::from_nanos(1)),
        "max_stale",
        "20ms",
    );
    for builder in [
        stale_after(least),
        stale_after(seconds(336)).refresh_interval(seconds(300)),
        stale_after(seconds(60)).fetch_timeout(seconds(26)),
        stale_after(seconds(1)),
        stale_after(seconds(330)),
    ] {
        builder.build().unwrap();
    }
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
        "http://localhost.:3001/jwks.json",
        "http://Keys.LocalHost/jwks.json",
    ] {
        builder().jwks_url(url).build().unwrap();
    }
    for url in [
        "http://keys.example/jwks.json",
        "http://localhost.evil.example/",
        "http://foo.localhost.evil.example/",
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
fn an_issuer_or_audience_that_no_token_could_name_is_refused() {
    for (hidden, told) in [
        (" ", "white space, U+0020"),
        ("\n", "white space, U+000A"),
        ("\t", "white space, U+0009"),
        ("\u{a0}", "white space, U+00A0"),
        ("\0", "a control or invisible character, U+0000"),
        ("\x1b", "U+001B"),
        ("\u{200b}", "U+200B"),
        ("\u{feff}", "U+FEFF"),
        ("\u{202e}", "U+202E"),
    ] {
        for issuer in [
            format!("{hidden}https://waas.sequence.app"),
            format!("https://waas.{hidden}sequence.app"),
            format!("https://waas.sequence.app{hidden}"),
        ] {
            assert_refused(builder().issuer(&issuer), "issuer", told);
            // Where the URL does not matter, too.
            let fetched = builder().key_fetcher(ISSUER.clone());
            assert_refused(fetched.issuer(issuer), "issuer", told);
        }
        let prefix = format!("https://sequence.build/{hidden}project/");
        assert_refused(builder().audience_prefix(prefix), "audience_prefix", told);
        let prefix = format!("https://sequence.build/project/{hidden}");
        assert_refused(builder().audience_prefix(prefix), "audience_prefix", told);
    }
}

#[test]
fn a_slash_after_an_issuer_is_refused_where_sequences_own_has_none() {
    for issuer in [
        "https://waas.sequence.app/",
        "https://next-waas.sequence.app/",
        "https://dev-waas.sequence.app//",
    ] {
        assert_refused(builder().issuer(issuer), "issuer", "slash");
    }
    for issuer in [
        "https://waas.sequence.app",
        "https://issuer.example/",
        "https://waas.sequence.app.example/",
        "https://waas.sequence.app/tenant/",
    ] {
        builder().issuer(issuer).build().unwrap();
    }
}

#[test]
fn the_audience_of_before_july_2024_can_be_set() {
    let builder = builder().audience_prefix("https://api.sequence.build/project/");
    builder.build().unwrap();
}

#[test]
fn there_is_no_project_0() {
    assert_refused(SequenceAuthLayer::builder(0), "project_id", "0");
    let _ = SequenceAuthLayer::new(0);
    SequenceAuthLayer::builder(1).build().unwrap();
}

#[test]
fn a_client_is_a_builder_or_a_function_that_makes_one() {
    builder().http_client(ClientBuilder::new()).build().unwrap();
    builder().http_client(ClientBuilder::new).build().unwrap();
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
