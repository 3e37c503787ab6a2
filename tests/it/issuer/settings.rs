//! A layer needs an issuer, audience, project and key URL that can work.

use std::time::Duration;

use sequence_auth::{Environment, SequenceAuthLayer, testing::LocalIssuer};

use crate::{
    middleware::builder::{assert_refused, builder, seconds},
    support::{ISSUER, bearer, send},
};

const ENVIRONMENTS: [Environment; 3] =
    [Environment::Production, Environment::Next, Environment::Dev];

#[test]
fn key_url_is_https_or_loopback() {
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
    for credentials in ["me:secret", ":secret", "secret"] {
        let url = format!("https://{credentials}@keys.example/");
        let error = assert_refused(builder().jwks_url(&url), "jwks_url", "credentials");
        assert!(!error.to_string().contains("secret"));
    }
    let error = assert_refused(
        builder().jwks_url("http://keys.example/jwks.json?sig=secret#secret"),
        "jwks_url",
        "`http://keys.example/jwks.json` is neither https",
    );
    assert!(!error.to_string().contains("secret"));
    assert_refused(builder().issuer("http://issuer.example"), "issuer", "https");
}

#[test]
fn blank_issuer_or_audience_is_refused() {
    assert_refused(builder().issuer(" "), "issuer", "blank");
    assert_refused(builder().audience_prefix(""), "audience_prefix", "blank");
    assert_refused(
        builder().audience_prefix("https://sequence.build/project"),
        "audience_prefix",
        "https://sequence.build/project`",
    );
}

#[test]
fn issuer_with_invisible_character_is_refused() {
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
            // The URL is checked even if keys are not fetched from it.
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
fn slash_after_known_issuer_is_refused() {
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

/// The issuer alone says which audience prefix its tokens have.
#[tokio::test]
async fn issuer_of_an_environment_brings_its_audience() {
    for environment in ENVIRONMENTS {
        let issuer = LocalIssuer::at(environment.issuer(), environment.audience_prefix());
        let layer = builder().issuer(environment.issuer());
        let layer = layer.static_keys(issuer.jwks()).build().unwrap();
        let token = issuer.token().project(13639).mint();
        send(&layer, bearer(&token)).await.claims();
    }
}

#[test]
fn values_of_two_environments_are_refused() {
    for of_value in ENVIRONMENTS {
        let (url, prefix) = (of_value.issuer(), of_value.audience_prefix());
        for environment in ENVIRONMENTS {
            let issuer = builder().environment(environment).issuer(url);
            let of_environment = || builder().environment(environment);
            let audience = of_environment().audience_prefix(prefix);
            let both = builder().issuer(environment.issuer());
            let both = both.audience_prefix(prefix);
            let keys = of_environment().jwks_url(of_value.jwks_url());
            let own = of_environment().issuer("https://waas.example");
            own.audience_prefix(prefix).build().unwrap();
            if environment == of_value {
                for builder in [issuer, audience, both, keys] {
                    builder.build().unwrap();
                }
                continue;
            }
            let told = format!("{of_value}, but other settings belong to {environment}");
            assert_refused(issuer, "issuer", &told);
            assert_refused(audience, "audience_prefix", &told);
            assert_refused(both, "audience_prefix", &told);
            assert_refused(keys, "jwks_url", &told);
        }
    }
    let other = builder().audience_prefix(Environment::Dev.audience_prefix());
    assert_refused(other, "audience_prefix", "dev");
    let other = builder().jwks_url(Environment::Next.jwks_url());
    assert_refused(other, "jwks_url", "next");
}

/// All tokens of Sequence are valid for 600 seconds.
#[test]
fn maximum_below_the_lifetime_of_all_tokens_is_refused() {
    let strict = |milliseconds| {
        let lifetime = Duration::from_millis(milliseconds);
        builder().leeway(seconds(30)).max_token_lifetime(lifetime)
    };
    strict(570_000).build().unwrap();
    for layer in [
        strict(569_999),
        strict(569_999).issuer("https://dev-waas.sequence.app"),
        strict(569_999).environment(Environment::Next),
    ] {
        assert_refused(layer, "max_token_lifetime", "max_token_age");
    }
    strict(1).issuer("https://waas.example").build().unwrap();
}

#[test]
fn audience_before_july_2024_can_be_set() {
    let builder = builder().audience_prefix("https://api.sequence.build/project/");
    builder.build().unwrap();
}

#[test]
fn project_0_is_refused() {
    assert_refused(SequenceAuthLayer::builder(0), "project_id", "0");
    let _ = SequenceAuthLayer::new(0);
    SequenceAuthLayer::builder(1).build().unwrap();
}
