//! Classes 14, 15 and 16: tokens, headers and JSON that are too large or too deep are refused cheaply.

use std::thread;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use serde_json::{Value, json};

use super::{
    assert_accepted, assert_refused, payload,
    signing_key::{KEY, header, layer_with, signing_input},
    without_claim,
};
use crate::{
    body::body_of,
    support::{
        IDENTITY, ISSUER, PROJECT, bearer, json as with_body, layer, send, with_field, with_payload,
    },
};

const KIB: usize = 1024;

/// A good token of exactly this many bytes, padded with white space in its JSON.
fn token_of(bytes: usize) -> String {
    const SIGNATURE: usize = 342;
    // A part in base64 never has 4n + 1 characters, so three headers are enough to reach any length.
    let header_of = |spaces| URL_SAFE_NO_PAD.encode(header().to_string() + &" ".repeat(spaces));
    let parts = (0..3).find_map(|spaces| {
        let header = header_of(spaces);
        let characters = bytes - SIGNATURE - 2 - header.len();
        let claims = format!("{:1$}", payload(), characters * 3 / 4);
        let claims = URL_SAFE_NO_PAD.encode(claims);
        (claims.len() == characters).then(|| format!("{header}.{claims}"))
    });
    KEY.sign(&parts.unwrap())
}

/// Class 14: the dots do not each cost work. CVE-2025-30204 (golang-jwt), CVE-2025-27144 (go-jose).
#[tokio::test]
async fn million_dots_are_refused() {
    let dots = ".".repeat(1_000_000);
    let large = layer().body_limit(2_000_000);
    for text in [
        dots.clone(),
        format!("Bearer{dots}"),
        format!("{}{dots}", ISSUER.token().mint()),
    ] {
        assert_refused(&large, &text, Kind::TokenTooLarge).await;
        let answer = send(&layer(), with_field(&text)).await;
        answer.assert_refused(Kind::BodyTooLarge);
    }
    for text in ["..", "...", &dots[..8 * KIB]] {
        assert_refused(&layer(), text, Kind::MalformedToken).await;
    }
}

/// Class 15: CVE-2025-61920 (Authlib) decoded parts of any size.
#[tokio::test]
async fn token_over_8_kib_is_refused() {
    let layer = KEY.layer();
    for bytes in [8 * KIB - 1, 8 * KIB] {
        let token = token_of(bytes);
        assert_eq!(token.len(), bytes);
        assert_accepted(&layer, &token).await;
    }
    assert_refused(&layer, &token_of(8 * KIB + 1), Kind::TokenTooLarge).await;
    assert_refused(&layer, &"x".repeat(8 * KIB), Kind::MalformedToken).await;
    for bytes in [8 * KIB + 1, 64 * KIB - 100] {
        assert_refused(&layer, &"x".repeat(bytes), Kind::TokenTooLarge).await;
    }
}

/// Class 15: one byte below the limit. `body::limits` tests the limit and more.
#[tokio::test]
async fn body_just_below_limit_is_searched() {
    send(&layer(), with_body(body_of(64 * KIB - 1)))
        .await
        .claims();
    let twice = layer().body_limit(128 * KIB);
    send(&twice, with_body(body_of(64 * KIB + 1)))
        .await
        .claims();
}

/// Class 15: the largest key set, through the public API.
#[tokio::test]
async fn last_of_128_keys_verifies() {
    let mut keys: Vec<_> = (0..127)
        .map(|number| json!({"kty": "oct", "kid": number.to_string(), "k": "AA"}))
        .collect();
    keys.push(KEY.jwk());
    assert_accepted(&layer_with(&keys), &KEY.sign(&signing_input(&header()))).await;
    keys.push(KEY.jwk());
    let refused = SequenceAuthLayer::builder(PROJECT)
        .static_keys(json!({ "keys": keys }).to_string())
        .build();
    assert!(refused.unwrap_err().to_string().contains("128"));
}

/// Runs a test on a stack that is too small for a recursion over thousands of levels.
fn on_a_small_stack(test: impl Future<Output = ()> + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let thread = thread::Builder::new().stack_size(512 * KIB);
    let thread = thread.spawn(move || runtime.block_on(test)).unwrap();
    thread.join().unwrap();
}

/// Nested arrays and nested objects, complete and broken off.
fn nested(depth: usize) -> [String; 4] {
    let object = r#"{"a":"#.repeat(depth);
    [
        "[".repeat(depth) + &"]".repeat(depth),
        format!("{object}1{}", "}".repeat(depth)),
        "[".repeat(depth),
        object,
    ]
}

/// Class 16: CVE-2025-53864 (Nimbus) recursed into every level.
#[test]
fn deeply_nested_json_does_not_overflow_stack() {
    on_a_small_stack(async {
        let large = layer().body_limit(1 << 20);
        for deep in nested(10_000) {
            let is_whole = deep.ends_with([']', '}']);
            assert_refused(&large, &with_payload(&deep), Kind::TokenTooLarge).await;
            assert_refused(&large, &ISSUER.sign(&deep, "{}"), Kind::TokenTooLarge).await;
            let body = format!(r#"{{"sequenceToken":{deep}}}"#);
            let kind = match is_whole {
                true => Kind::TokenFieldNotString,
                false => Kind::MalformedBody,
            };
            send(&large, with_body(body)).await.assert_refused(kind);
            for document in [deep.clone(), format!(r#"{{"keys":{deep}}}"#)] {
                let layer = SequenceAuthLayer::builder(PROJECT).static_keys(document);
                layer.build().unwrap_err();
            }
            // The layer ignores the unknown members of a key.
            let document = with_member(&KEY.jwk(), &deep);
            let layer = SequenceAuthLayer::builder(PROJECT).static_keys(document);
            assert_eq!(layer.build().is_ok(), is_whole);
        }
    });
}

/// A key set whose only key has an additional member.
fn with_member(jwk: &Value, value: &str) -> String {
    let jwk = jwk.to_string();
    format!(r#"{{"keys":[{{"new":{value},{}]}}"#, &jwk[1..])
}

/// Class 16: the deepest value that fits into a token.
#[test]
fn deeply_nested_claim_is_not_read() {
    on_a_small_stack(async {
        for deep in nested(700) {
            let is_whole = deep.ends_with([']', '}']);
            for (name, kind) in [
                ("email", Kind::InvalidEmail),
                ("aud", Kind::InvalidAudience),
                ("exp", Kind::InvalidExpiry),
                (IDENTITY, Kind::InvalidIdentity),
            ] {
                let rest = without_claim(name);
                let claims = format!("{{\"{name}\":{deep},{}", &rest[1..]);
                let answer = send(&layer(), bearer(&with_payload(&claims))).await;
                // An object without known members is a valid identity.
                let is_identity = name == IDENTITY && deep.starts_with('{') && is_whole;
                assert_eq!(answer.kind(), (!is_identity).then_some(kind), "{name}");
            }
            let claims = format!("{{\"new\":{deep},{}", &payload()[1..]);
            let answer = send(&layer(), bearer(&with_payload(&claims))).await;
            if is_whole {
                answer.claims().custom::<Value>().unwrap_err();
            } else {
                answer.assert_refused(Kind::MalformedClaims);
            }
        }
    });
}

/// Class 16: the same for the header, which is read before the signature.
#[test]
fn deeply_nested_header_is_read_within_limit() {
    on_a_small_stack(async {
        for (depth, too_large) in [(100, false), (800, true)] {
            for deep in nested(depth) {
                let is_whole = deep.ends_with([']', '}']);
                let header = format!(r#"{{"new":{deep},{}"#, &header().to_string()[1..]);
                let answer = send(&KEY.layer(), bearer(&with_header(&header))).await;
                let expected = match is_whole {
                    _ if too_large => Some(Kind::HeaderTooLarge),
                    true => None,
                    false => Some(Kind::MalformedHeader),
                };
                assert_eq!(answer.kind(), expected);
            }
        }
    });
}

/// Class 15: the layer reads the header before it verifies the signature.
#[tokio::test]
async fn header_over_1_kib_is_refused() {
    let padded = |bytes: usize| format!("{:bytes$}", header().to_string());
    let fits = with_header(&padded(KIB / 4 * 3));
    assert_eq!(fits.find('.'), Some(KIB));
    assert_accepted(&KEY.layer(), &fits).await;
    for bytes in [KIB / 4 * 3 + 1, 5 * KIB] {
        let token = with_header(&padded(bytes));
        assert_refused(&KEY.layer(), &token, Kind::HeaderTooLarge).await;
    }
    // With more than three parts, the token has no header.
    let parts = format!("{}.{fits}", "x".repeat(KIB));
    assert_refused(&KEY.layer(), &parts, Kind::MalformedToken).await;
}

/// Class 14: the layer compares each name with the names before it.
#[tokio::test]
async fn header_with_17_members_is_refused() {
    let with_members = |count: usize| {
        let members = (3..count).map(|number| format!(r#""{number}":0,"#));
        let members: String = members.collect();
        with_header(&format!("{{{members}{}", &header().to_string()[1..]))
    };
    assert_eq!(header().as_object().unwrap().len(), 3);
    assert_accepted(&KEY.layer(), &with_members(16)).await;
    for count in [17, 60] {
        let token = with_members(count);
        assert_refused(&KEY.layer(), &token, Kind::MalformedHeader).await;
    }
}

/// A good token with this exact header.
fn with_header(header: &str) -> String {
    let parts = [header, &payload()].map(|part| URL_SAFE_NO_PAD.encode(part));
    KEY.sign(&parts.join("."))
}
