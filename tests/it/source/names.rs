//! The names of sources are checked when the source is created.

use sequence_auth::{ConfigError, TokenSource};

#[track_caller]
fn assert_refused(made: Result<TokenSource, ConfigError>, setting: &str, name: &str) {
    let error = made.expect_err(name);
    assert_eq!(error.setting(), setting, "{name}");
    assert!(
        error.to_string().starts_with(&format!("{setting}: ")),
        "{error}"
    );
}

/// Invalid names for headers, cookies and subprotocols.
const NO_TOKENS: [&str; 14] = [
    "", " ", "a b", "a\tb", "a\n", "a\0", "a=b", "a;b", "a,b", "a\"b", "a\\b", "a/b", "(a)", "鍵",
];

#[test]
fn name_of_a_header_is_checked() {
    for name in NO_TOKENS {
        assert_refused(TokenSource::header(name), "header", name);
    }
    for name in ["x-sequence-token", "X-Token", "authorization", "a%b'!"] {
        TokenSource::header(name).unwrap();
    }
}

#[test]
fn header_with_a_source_of_its_own_is_refused() {
    for name in [
        "cookie",
        "Cookie",
        "sec-websocket-protocol",
        "Sec-WebSocket-Protocol",
    ] {
        let error = TokenSource::header(name).unwrap_err();
        let cure = error.to_string();
        assert!(cure.contains("`TokenSource::"), "{cure}");
        assert_refused(TokenSource::header(name), "header", name);
    }
}

#[test]
fn name_of_a_cookie_is_checked() {
    for name in NO_TOKENS {
        assert_refused(TokenSource::cookie(name), "cookie", name);
    }
    for name in ["token", "__Host-token", "a%b'!"] {
        TokenSource::cookie(name).unwrap();
    }
}

#[test]
fn prefix_of_a_subprotocol_is_checked() {
    for prefix in NO_TOKENS {
        assert_refused(TokenSource::subprotocol(prefix), "subprotocol", prefix);
    }
    for prefix in ["token.", "t", "base64url.bearer.authorization.k8s.io."] {
        TokenSource::subprotocol(prefix).unwrap();
    }
}

#[test]
fn name_of_a_field_is_checked() {
    for name in [
        "", " ", "\t", "a\"b", "a\\b", "a\nb", "a\0", "a\u{7f}", "鍵", "é",
    ] {
        assert_refused(TokenSource::json_field(name), "json_field", name);
    }
    for name in ["sequenceToken", "id token", "a/b", "a%b'{}<>"] {
        TokenSource::json_field(name).unwrap();
    }
}

#[test]
fn refused_name_is_escaped_and_truncated() {
    let name = "a\x1b[31m\u{202e}\n\"".to_owned() + &"x".repeat(1 << 20);
    for made in [
        TokenSource::header(&name),
        TokenSource::cookie(&name),
        TokenSource::subprotocol(&name),
        TokenSource::json_field(&name),
    ] {
        let error = made.unwrap_err().to_string();
        assert!(error.contains(r"a\u{1b}[31m\u{202e}\n"), "{error:.300}");
        assert!(error.len() < 400, "{error:.300}");
    }
}
