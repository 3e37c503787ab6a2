//! The settings of the builder apply, except those that only Embedded Wallet has.

use std::time::Duration;

use sequence_auth::Environment;

use super::{URL, at};
use crate::{
    middleware::builder::{assert_refused, seconds},
    oms_wallet::ISSUER,
};

#[test]
fn defaults_build_without_runtime() {
    at(URL).build().unwrap();
}

#[test]
fn settings_of_embedded_wallet_alone_are_refused() {
    let told = "it applies to Embedded Wallet only, and this builder is for OMS Wallet";
    for environment in [Environment::Production, Environment::Dev] {
        assert_refused(at(URL).environment(environment), "environment", told);
    }
    for prefix in ["https://sequence.build/project/", ""] {
        assert_refused(at(URL).audience_prefix(prefix), "audience_prefix", told);
    }
}

#[test]
fn bounds_of_settings_hold() {
    assert_refused(at(URL).leeway(seconds(301)), "leeway", "more than 300s");
    let zero = at(URL).max_token_lifetime(Duration::ZERO);
    assert_refused(zero, "max_token_lifetime", "zero");
    assert_refused(at(URL).token_cache(usize::MAX), "token_cache", "more than");
    let short = at(URL).max_stale(seconds(1)).fetch_timeout(seconds(2));
    assert_refused(short, "fetch_timeout", "max_stale");
    let insecure = at(URL).jwks_url("http://keys.example/");
    assert_refused(insecure, "jwks_url", "https");
    let both = at(URL).static_keys(ISSUER.jwks()).jwks_url("https://x/");
    assert_refused(both, "static_keys", "jwks_url");
    at(URL).jwks_url("https://keys.example/").build().unwrap();
}
