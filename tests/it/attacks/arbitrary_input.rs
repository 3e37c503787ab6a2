//! Class 29: every public parser accepts or refuses any bytes without a panic.
//!
//! The bytes are noise, or good input with changes, which gets past the first checks.

use std::{collections::BTreeMap, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Request};
use proptest::{collection::vec, prelude::*, sample::Index};
use sequence_auth::{ConfigKey, Environment, SequenceAuthLayer};
use serde_json::{Value, json, value::RawValue};

use crate::support::{Answer, ISSUER, PROJECT, Script, data, in_twelve_hours, json, layer, send};

static TOKEN: LazyLock<String> = LazyLock::new(|| {
    ISSUER
        .token()
        .claim("exp", in_twelve_hours())
        .nonce("n")
        .mint()
});

#[derive(Clone, Debug)]
enum Edit {
    Replace(Index, u8),
    Insert(Index, u8),
    Delete(Index, usize),
    Copy(Index, usize, Index),
    Cut(Index),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let byte = || {
        let telling =
            prop::sample::select(&b"{}[]\":,.\\ueE-+=/_ \n\t0129\x00\xff\xc3\xed\xa0"[..]);
        prop_oneof![telling, any::<u8>()]
    };
    prop_oneof![
        3 => (any::<Index>(), byte()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        3 => (any::<Index>(), byte()).prop_map(|(at, byte)| Edit::Insert(at, byte)),
        2 => (any::<Index>(), 1..60_usize).prop_map(|(at, count)| Edit::Delete(at, count)),
        2 => (any::<Index>(), 1..60_usize, any::<Index>())
            .prop_map(|(from, count, to)| Edit::Copy(from, count, to)),
        1 => any::<Index>().prop_map(Edit::Cut),
    ]
}

fn apply(mut bytes: Vec<u8>, edit: &Edit) -> Vec<u8> {
    let length = bytes.len();
    let range = |at: &Index, count: usize| at.index(length)..(at.index(length) + count).min(length);
    match edit {
        _ if bytes.is_empty() => {}
        Edit::Replace(at, byte) => *at.get_mut(&mut bytes) = *byte,
        Edit::Insert(at, byte) => bytes.insert(at.index(length), *byte),
        Edit::Delete(at, count) => _ = bytes.drain(range(at, *count)),
        Edit::Cut(at) => bytes.truncate(at.index(length)),
        Edit::Copy(from, count, to) => {
            let copied = bytes[range(from, *count)].to_vec();
            bytes.splice(to.index(length)..to.index(length), copied);
        }
    }
    bytes
}

/// Good input with edits, or noise.
fn like(good: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let edited = (prop::sample::select(good), vec(any_edit(), 0..6))
        .prop_map(|(good, edits)| edits.iter().fold(good.into_bytes(), apply));
    prop_oneof![9 => edited, 1 => vec(any::<u8>(), 0..200)]
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.unwrap().block_on(future)
}

/// A request that was accepted must have shown the token, letter for letter.
fn assert_answered(answer: &Answer, input: &[u8]) {
    match answer.kind() {
        Some(_) => assert!(answer.seen.is_none()),
        None => assert!(
            input
                .windows(TOKEN.len())
                .any(|window| window == TOKEN.as_bytes())
        ),
    }
}

fn headers() -> Vec<String> {
    vec![
        format!("Bearer {}", *TOKEN),
        format!("bearer   {} ", *TOKEN),
        "Basic dXNlcjpwYXNz".to_owned(),
        "Bearer a".to_owned(),
    ]
}

fn bodies() -> Vec<String> {
    vec![
        format!(r#"{{"sequenceToken":"{}"}}"#, *TOKEN),
        format!(
            r#"{{"a":[1,2.5e3,null,{{}}],"sequenceToken":"{}","ü":"\u00fc"}}"#,
            *TOKEN
        ),
        r#"{"sequence\u0054oken":null,"sequenceToken":{}}"#.to_owned(),
    ]
}

/// Headers and claims, separately.
fn payloads() -> Vec<String> {
    let identity = format!("{}/identity", ISSUER.url());
    let expires_at = in_twelve_hours();
    let issued_at = (expires_at - 50_000) as f64;
    let claims = json!({
        "iss": ISSUER.url(), "aud": ["https://sequence.test/project/13639"], "iat": issued_at,
        "exp": expires_at, "nbf": 0, "auth_time": 1_500_000_000.5, "nonce": "n",
        "sub": "0x52908400098527886E0F7030069857D2E4169EE7", "email": "a@b.c",
        identity: {"type": "Email", "iss": "i", "sub": "s", "email": "a@b.c"}, "x": [{"y": null}],
    });
    vec![claims.to_string()]
}

fn key_documents() -> Vec<String> {
    let production = include_str!("../../data/production-jwks.json")
        .trim()
        .to_owned();
    let other = json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "a", "key_ops": ["verify"]});
    let both = production.replacen('[', &format!("[{other},"), 1);
    vec![ISSUER.jwks(), production, both]
}

fn config_keys() -> Vec<String> {
    let key = |environment: Environment| {
        json!({"projectId": 7, "rpcServer": environment.issuer(), "x": [1]}).to_string()
    };
    vec![
        key(Environment::Production),
        key(Environment::Next),
        key(Environment::Dev),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_authorization_header_is_answered(value in like(headers())) {
        if let Ok(header) = HeaderValue::from_bytes(&value) {
            let mut request = Request::new(Script::empty());
            request.headers_mut().insert("authorization", header);
            assert_answered(&run(send(&layer(), request)), &value);
        }
    }

    #[test]
    fn any_json_body_is_answered(body in like(bodies())) {
        let request = json(Script::chunked([data(body.clone())]));
        let answer = run(send(&layer(), request));
        // The token may contain escapes.
        let shown = String::from_utf8_lossy(&body).contains('\\');
        if !shown {
            assert_answered(&answer, &body);
        }
    }

    #[test]
    fn any_token_is_verified_or_refused(token in like(vec![TOKEN.clone()])) {
        let token = String::from_utf8_lossy(&token);
        let verdict = run(layer().verifier().verify(&token));
        prop_assert_eq!(verdict.is_ok(), token == *TOKEN);
    }

    #[test]
    fn any_signed_token_is_verified_or_refused(
        header in like(vec![json!({"alg": "RS256", "kid": ISSUER.key_id(), "typ": "JWT"}).to_string()]),
        claims in like(payloads()),
    ) {
        for header in [&header[..], json!({"alg": "RS256", "kid": ISSUER.key_id()}).to_string().as_bytes()] {
            let token = ISSUER.sign(header, &claims);
            if let Ok(claims) = run(layer().verifier().verify(&token)) {
                prop_assert_eq!(claims.project_number(), Some(PROJECT));
            }
        }
    }

    #[test]
    fn any_key_document_is_parsed_or_refused(document in like(key_documents())) {
        let layer = SequenceAuthLayer::builder(PROJECT).static_keys(&document).build();
        if let Ok(layer) = layer {
            prop_assert!((1..=128).contains(&layer.health().key_ids().len()));
        }
    }

    #[test]
    fn any_text_as_config_key_is_parsed_or_refused(text in like(config_keys())) {
        let _ = String::from_utf8_lossy(&text).parse::<ConfigKey>();
    }

    /// A key that is accepted says what an ordinary parser reads.
    #[test]
    fn any_config_key_is_parsed_or_refused(json in like(config_keys())) {
        if let Ok(key) = STANDARD.encode(&json).parse::<ConfigKey>() {
            // Members without a meaning may hold numbers that are too large for `Value`.
            let members: BTreeMap<String, &RawValue> = serde_json::from_slice(&json).unwrap();
            let member = |name: &str| serde_json::from_str::<Value>(members[name].get()).unwrap();
            prop_assert_eq!(member("projectId"), key.project_id());
            let server = member("rpcServer");
            let server = server.as_str().unwrap().trim_end_matches('/');
            prop_assert_eq!(server, key.environment().issuer());
        }
    }
}
