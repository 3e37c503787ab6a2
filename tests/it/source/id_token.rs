//! The field `idToken` of a JSON body is a source only if the layer trusts an OMS Wallet issuer.

use http::{HeaderMap, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};

use crate::{
    oms_wallet::{layer, token},
    support::{self, Script, Step, bearer, data, json, send, with_field},
};

fn id_token(token: &str) -> String {
    format!(r#"{{"idToken":"{token}"}}"#)
}

async fn assert_bad_request(layer: &SequenceAuthLayer, body: String, kind: Kind) {
    let answer = send(layer, json(body)).await;
    answer.assert_refused(kind);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.error.as_ref().unwrap().code(), "invalid_request");
}

#[tokio::test]
async fn both_fields_and_the_header_are_read() {
    let token = token().mint();
    for request in [json(id_token(&token)), with_field(&token), bearer(&token)] {
        send(&layer(), request).await.claims();
    }
}

#[tokio::test]
async fn escaped_field_and_token_are_decoded() {
    let token = token().mint().replace('.', r"\u002e");
    let body = format!(r#"{{"id\u0054oken":"{token}"}}"#);
    send(&layer(), json(body)).await.claims();
}

#[tokio::test]
async fn bad_token_in_field_is_unauthorized() {
    for (text, kind) in [
        (token().expired().mint(), Kind::Expired),
        (token().project("prj_02").mint(), Kind::InvalidAudience),
        (support::ISSUER.token().mint(), Kind::UnsupportedAlgorithm),
        (String::new(), Kind::MalformedToken),
        ("x".to_owned(), Kind::MalformedToken),
        (format!("Bearer {}", token().mint()), Kind::MalformedToken),
    ] {
        let answer = send(&layer(), json(id_token(&text))).await;
        answer.assert_refused(kind);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn more_than_one_field_is_refused() {
    let token = token().mint();
    for (one, other) in [
        ("idToken", "sequenceToken"),
        ("sequenceToken", "idToken"),
        ("idToken", "idToken"),
        ("idToken", r"id\u0054oken"),
        ("sequenceToken", "sequenceToken"),
    ] {
        let good = format!("\"{token}\"");
        for (first, second) in [(&*good, &*good), (&good, "null"), ("7", &good)] {
            let body = format!(r#"{{"{one}":{first},"x":1,"{other}":{second}}}"#);
            assert_bad_request(&layer(), body.clone(), Kind::RepeatedTokenField).await;
            let optional = layer().optional();
            assert_bad_request(&optional, body, Kind::RepeatedTokenField).await;
        }
    }
}

#[tokio::test]
async fn field_that_is_not_a_string_is_refused() {
    let token = token().mint();
    for field in ["idToken", "sequenceToken"] {
        let in_array = format!("[\"{token}\"]");
        for value in ["null", "7", "true", "[]", "{}", &in_array] {
            let body = format!(r#"{{"{field}":{value}}}"#);
            assert_bad_request(&layer(), body.clone(), Kind::TokenFieldNotString).await;
            let optional = layer().optional();
            assert_bad_request(&optional, body, Kind::TokenFieldNotString).await;
        }
    }
}

#[tokio::test]
async fn field_elsewhere_is_no_source() {
    let token = token().mint();
    for body in [
        format!(r#"[{{"idToken":"{token}"}}]"#),
        format!(r#"{{"IdToken":"{token}"}}"#),
        format!(r#"{{"id_token":"{token}"}}"#),
        format!(r#"{{"x":{{"idToken":"{token}"}}}}"#),
    ] {
        send(&layer(), json(body))
            .await
            .assert_refused(Kind::MissingToken);
    }
    // Below the top level, the name may be repeated.
    let body = format!(r#"{{"x":[{{"idToken":7,"sequenceToken":7}}],"idToken":"{token}"}}"#);
    send(&layer(), json(body)).await.claims();
}

#[tokio::test]
async fn body_is_passed_on_byte_for_byte() {
    let body = format!(
        " {{ \"a\" : [1, 2.50, null], \"idToken\" :\t\"{}\",\"ü\":\"\\u00fc\" }}\n",
        token().mint()
    );
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "abc".parse().unwrap());
    let chunks = body.as_bytes().chunks(7);
    let mut steps: Vec<_> = chunks.map(|chunk| data(chunk.to_vec())).collect();
    steps.push(Step::Trailers(trailers.clone()));
    let answer = send(&layer(), json(Script::chunked(steps))).await;
    answer.claims();
    assert_eq!(answer.seen().body(), body.as_bytes());
    assert_eq!(answer.seen().trailers, Some(trailers));
}

#[tokio::test]
async fn body_is_untouched_beside_a_header() {
    let mut request = json(Script::untouchable());
    let value = format!("Bearer {}", token().expired().mint());
    let value = value.parse().unwrap();
    request.headers_mut().insert("authorization", value);
    send(&layer(), request).await.assert_refused(Kind::Expired);
}

/// Tokens of other vendors use this name, too.
#[tokio::test]
async fn embedded_wallet_leaves_the_field_to_the_application() {
    let layer = support::layer();
    let token = support::ISSUER.token().mint();
    for body in [
        id_token(&token),
        r#"{"idToken":7}"#.to_owned(),
        r#"{"idToken":"a","idToken":"a"}"#.to_owned(),
    ] {
        send(&layer, json(body.clone()))
            .await
            .assert_refused(Kind::MissingToken);
        let answer = send(&layer.clone().optional(), json(body.clone())).await;
        assert!(answer.seen().anonymous);
        assert_eq!(answer.seen().body(), body.as_bytes());
    }
    for other in ["\"of another vendor\"", "7", "null", "1,\"idToken\":2"] {
        let body = format!(r#"{{"idToken":{other},"sequenceToken":"{token}"}}"#);
        let answer = send(&layer, json(body.clone())).await;
        answer.claims();
        assert_eq!(answer.seen().body(), body.as_bytes());
    }
}
