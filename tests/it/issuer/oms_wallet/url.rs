//! The issuer is an `https` URL that can be the `iss` of a token, or an `http` URL on loopback.

use sequence_auth::Environment;

use super::{URL, at};
use crate::{middleware::builder::assert_refused, oms_wallet::ISSUER};

#[test]
fn issuer_has_no_default() {
    for issuer in ["", " ", "\t\n"] {
        assert_refused(at(issuer), "issuer", "it is blank");
    }
}

#[test]
fn issuer_with_hidden_character_is_refused() {
    for (hidden, told) in [
        (" ", "white space, U+0020"),
        ("\t", "white space, U+0009"),
        ("\n", "white space, U+000A"),
        ("\u{a0}", "white space, U+00A0"),
        ("\0", "a control or invisible character, U+0000"),
        ("\u{200b}", "U+200B"),
        ("\u{202e}", "U+202E"),
    ] {
        for issuer in [
            format!("{hidden}https://oms.example"),
            format!("https://oms.{hidden}example"),
            format!("https://oms.example{hidden}"),
        ] {
            assert_refused(at(&issuer), "issuer", told);
            // The URL is checked even if keys are not fetched from it.
            let fetched = at(&issuer).key_fetcher(ISSUER.clone());
            assert_refused(fetched, "issuer", told);
        }
    }
}

#[test]
fn relative_issuer_is_refused() {
    for issuer in [
        "/x",
        "x",
        "*",
        "oms.example",
        "oms.example:443",
        "oms.example/x",
        "//oms.example",
        "https:oms.example",
        "https://",
        "https:///x",
    ] {
        let error = assert_refused(at(issuer), "issuer", "it is not an absolute URL");
        assert!(error.to_string().contains("`https://issuer.example`"));
    }
}

#[test]
fn issuer_is_https_or_loopback() {
    for issuer in [
        URL,
        "https://oms.example/",
        "https://oms.example:8443",
        "https://oms.example/tenant",
        "https://d26giflyqapd29.cloudfront.net",
        "http://localhost:1",
        "http://LocalHost:1/",
        "http://oms.localhost",
        "http://127.0.0.1:1",
        "http://[::1]:1",
    ] {
        at(issuer).build().unwrap();
        at(issuer).key_fetcher(ISSUER.clone()).build().unwrap();
    }
    for issuer in [
        "http://oms.example",
        "HTTP://oms.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0",
        "http://[::2]",
        "ftp://oms.example",
        "ftp://127.0.0.1",
        "ws://localhost",
    ] {
        let told = "it is neither https nor http on loopback";
        assert_refused(at(issuer), "issuer", told);
        // With every way to get the keys.
        let fetched = at(issuer).key_fetcher(ISSUER.clone());
        assert_refused(fetched, "issuer", told);
        let fixed = at(issuer).static_keys(ISSUER.jwks());
        assert_refused(fixed, "issuer", told);
    }
}

#[test]
fn issuer_with_credentials_is_refused_and_not_shown() {
    for issuer in [
        "https://me:secret@oms.example",
        "https://secret@oms.example/",
        "http://me:secret@127.0.0.1",
        "ftp://me:secret@oms.example",
        "https://me:secret@oms.example?query",
        "https://me:secret@waas.sequence.app",
    ] {
        let error = assert_refused(at(issuer), "issuer", "it holds credentials");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
    for issuer in [
        "me:secret@oms.example",
        "https:me:secret@oms.example",
        "https:///me:secret@oms.example",
        "https:\\\\me:secret@oms.example",
        "https://me:secret @oms.example",
        "//me:secret@oms.example",
    ] {
        let error = assert_refused(at(issuer), "issuer", "");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn issuer_with_query_or_fragment_is_refused() {
    for issuer in [
        "https://oms.example?x=1",
        "https://oms.example/?",
        "https://oms.example#x",
        "https://oms.example/tenant#",
        "http://localhost:1?x",
    ] {
        assert_refused(at(issuer), "issuer", "it has a query or a fragment");
    }
}

#[test]
fn issuer_of_embedded_wallet_is_refused() {
    for environment in [Environment::Production, Environment::Next, Environment::Dev] {
        let own = environment.issuer();
        for issuer in [own.to_owned(), format!("{own}/"), format!("{own}//")] {
            let told = format!("`{own}` is the issuer of Embedded Wallet");
            let error = assert_refused(at(&issuer), "issuer", &told);
            let text = error.to_string();
            assert!(text.contains("call `SequenceAuthLayer::new`"), "{text}");
        }
    }
    at("https://waas.sequence.app.example").build().unwrap();
    at("https://waas.sequence.app/oms").build().unwrap();
}

#[test]
fn issuer_can_be_replaced() {
    at("").issuer(URL).build().unwrap();
    assert_refused(at(URL).issuer(" "), "issuer", "blank");
    assert_refused(at(URL).issuer("http://oms.example"), "issuer", "https");
}
