//! The settings for fetching and trusting keys have bounds.

use std::time::Duration;

use crate::{
    middleware::builder::{assert_refused, builder, seconds},
    support::ISSUER,
};

#[test]
fn time_out_of_bounds_is_refused() {
    assert_refused(builder().leeway(seconds(301)), "leeway", "301s");
    builder().leeway(seconds(300)).build().unwrap();
    builder().leeway(Duration::ZERO).build().unwrap();
    let century = seconds(36_500 * 24 * 60 * 60);
    let longer = century + Duration::from_nanos(1);
    for (lifetime, problem) in [(Duration::ZERO, "zero"), (longer, "more than")] {
        let builder = builder().max_token_lifetime(lifetime);
        assert_refused(builder, "max_token_lifetime", problem);
    }
    for lifetime in [Duration::from_nanos(1), century] {
        let own = builder().issuer("https://waas.example");
        own.max_token_lifetime(lifetime).build().unwrap();
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
    let short = builder().max_stale(Duration::from_millis(20));
    assert_refused(
        short.refetch_cooldown(Duration::from_millis(11)),
        "refetch_cooldown",
        "half of max_stale, which is 10ms",
    );
    let year = seconds(365 * 24 * 60 * 60);
    builder().max_stale(year).build().unwrap();
    let longer = year + Duration::from_nanos(1);
    assert_refused(builder().max_stale(longer), "max_stale", "more than");
    assert_refused(
        builder().first_keys_timeout(Duration::MAX),
        "first_keys_timeout",
        "more than",
    );
}

#[test]
fn http_cooldown_is_at_least_one_second() {
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
fn connect_timeout_is_within_fetch_timeout() {
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
fn interval_plus_fetch_must_fit_max_stale() {
    let stale_after = |time| builder().max_stale(time);
    for (builder, setting) in [
        (
            stale_after(seconds(330)).refresh_interval(seconds(300)),
            "refresh_interval",
        ),
        (
            stale_after(seconds(335)).refresh_interval(seconds(300)),
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
fn short_interval_shortens_dependent_defaults() {
    builder().refresh_interval(seconds(1)).build().unwrap();
    builder().max_stale(seconds(1)).build().unwrap();
}

#[test]
fn unusable_configured_keys_are_refused() {
    for document in ["", "null", "[]", "{}", r#"{"keys":[]}"#, r#"{"keys":{}}"#] {
        assert_refused(builder().static_keys(document), "static_keys", "");
        assert_refused(builder().initial_keys(document), "initial_keys", "");
    }
}
