//! A token comes from the field `sequenceToken` of a JSON body.

use http::Method;
use sequence_auth::AuthErrorKind as Kind;

use crate::support::{ISSUER, Script, data, json, layer, send, with_field};

#[tokio::test]
async fn escaped_field_and_token_are_decoded() {
    let token = ISSUER.token().mint().replace('.', r"\u002e");
    let body = format!(r#"{{"sequence\u0054oken":"{token}"}}"#);
    send(&layer(), json(body)).await.claims();
}

#[tokio::test]
async fn other_members_are_ignored() {
    let token = ISSUER.token().mint();
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for body in [
        format!(r#"{{"a":1,"a":2,"sequenceToken":"{token}"}}"#),
        format!(r#"{{"sequenceToken":"{token}","nested":{{"sequenceToken":"other"}}}}"#),
        format!(r#"{{"deep":{deep},"sequenceToken":"{token}"}}"#),
        format!(r#"{{"big":1e999,"sequenceToken":"{token}"}}"#),
    ] {
        send(&layer(), json(body)).await.claims();
    }
}

#[tokio::test]
async fn only_json_content_types_are_searched() {
    let token = ISSUER.token().mint();
    for content_type in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/vnd.api+json",
        "application/ld+JSON; profile=x",
        "application/vnd.stream.api+json",
        "application/grpcx+json",
        &format!("application/json;profile={}", "x".repeat(10_000)),
        &format!("application/{}+json", "x".repeat(238)),
    ] {
        let mut request = with_field(&token);
        request
            .headers_mut()
            .insert("content-type", content_type.parse().unwrap());
        send(&layer(), request).await.claims();
    }
    for content_type in [
        "text/plain",
        "application/jsonp",
        "application/json+xml",
        "application/x-www-form-urlencoded",
        "json",
        "",
        "multipart/form-data; boundary=application/json",
        // Several documents, or documents in frames.
        "application/connect+json",
        "application/grpc+json",
        "application/grpc x+json",
        "application/grpc\tx+json",
        "application/connect x+json",
        "application/x y+json",
        "application/grpc,x+json",
        "application/grpc/x+json",
        "application/json,application/x+json",
        "application/json, application/json",
        "/x+json",
        "application/grpc-web+json",
        "application/grpc-web-text+json; x=y",
        "application/stream+json",
        "Application/Stream+JSON;charset=utf-8",
        "application/x-stream+json",
        "application/vnd.acme.stream+json",
        "application/x-ndjson",
        "application/ndjson+json",
        "application/json-seq",
        "application/geo+json-seq",
        "application/jsonl",
        &format!("application/{}+json", "x".repeat(239)),
        &format!("application/json{}", " ".repeat(10_000)),
    ] {
        let mut request = json(Script::untouchable());
        request
            .headers_mut()
            .insert("content-type", content_type.parse().unwrap());
        let answer = send(&layer(), request).await;
        assert_eq!(answer.kind(), Some(Kind::MissingToken), "{content_type}");
    }
}

#[tokio::test]
async fn request_without_json_body_is_not_searched() {
    let mut without_type = json(Script::untouchable());
    without_type.headers_mut().remove("content-type");
    let mut two_types = json(Script::untouchable());
    two_types
        .headers_mut()
        .append("content-type", "application/json".parse().unwrap());
    let mut two_codings = json(Script::untouchable());
    for _ in 0..2 {
        let identity = "identity".parse().unwrap();
        two_codings
            .headers_mut()
            .append("content-encoding", identity);
    }
    let mut encoded = json(Script::untouchable());
    encoded
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    let mut requests = vec![without_type, two_types, two_codings, encoded];
    for method in [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
    ] {
        let mut request = json(Script::untouchable());
        *request.method_mut() = method;
        requests.push(request);
    }
    for request in requests {
        send(&layer(), request)
            .await
            .assert_refused(Kind::MissingToken);
    }
}

#[tokio::test]
async fn identity_coding_is_searched() {
    let mut request = with_field(&ISSUER.token().mint());
    request
        .headers_mut()
        .insert("content-encoding", "identity".parse().unwrap());
    send(&layer(), request).await.claims();
}

#[tokio::test]
async fn invalid_json_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for body in [
        " ".to_owned(),
        format!("\u{c}{{\"sequenceToken\":\"{token}\"}}"),
        format!("\u{a0}{{\"sequenceToken\":\"{token}\"}}"),
        "sequenceToken".to_owned(),
        format!(r#"{{"sequenceToken":"{token}""#),
        format!(r#"{{"sequenceToken":"{token}"}} trailing"#),
        format!(r#"{{"sequenceToken":"{token}",}}"#),
        format!(r#"{{'sequenceToken':'{token}'}}"#),
        format!("{{\"sequenceToken\":\"{token}\n\"}}"),
        format!("\u{feff}{{\"sequenceToken\":\"{token}\"}}"),
        r#"{"sequenceToken":"\ud800"}"#.to_owned(),
        format!(r#"{{"\ud800":1,"sequenceToken":"{token}"}}"#),
        "[1,".to_owned(),
    ] {
        send(&layer(), json(body))
            .await
            .assert_refused(Kind::MalformedBody);
    }
    let invalid_utf8 = [
        &b"{\"x\":\"\xff\",\"sequenceToken\":\""[..],
        token.as_bytes(),
        b"\"}",
    ];
    let body = Script::chunked([data(invalid_utf8.concat())]);
    send(&layer(), json(body))
        .await
        .assert_refused(Kind::MalformedBody);
}

#[tokio::test]
async fn json_without_field_holds_no_token() {
    let token = ISSUER.token().mint();
    for body in [
        "{}".to_owned(),
        "null".to_owned(),
        format!("\"{token}\""),
        format!(r#"[{{"sequenceToken":"{token}"}}]"#),
        format!(r#"{{"SequenceToken":"{token}"}}"#),
        format!(r#"{{"token":{{"sequenceToken":"{token}"}}}}"#),
    ] {
        send(&layer(), json(body))
            .await
            .assert_refused(Kind::MissingToken);
    }
}

#[tokio::test]
async fn repeated_or_non_string_field_is_refused() {
    let token = ISSUER.token().mint();
    for value in ["null", "1", "true", "[]", "{}", &format!("[\"{token}\"]")] {
        let body = format!(r#"{{"sequenceToken":{value}}}"#);
        send(&layer(), json(body))
            .await
            .assert_refused(Kind::TokenFieldNotString);
    }
    for body in [
        format!(r#"{{"sequenceToken":"{token}","sequenceToken":"{token}"}}"#),
        format!(r#"{{"sequenceToken":"{token}","sequence\u0054oken":"{token}"}}"#),
        format!(r#"{{"sequenceToken":null,"sequenceToken":"{token}"}}"#),
    ] {
        send(&layer(), json(body))
            .await
            .assert_refused(Kind::RepeatedTokenField);
    }
}

#[tokio::test]
async fn malformed_token_in_body_is_unauthorized() {
    for text in ["", "x", "a.b.c", "Bearer x.y.z", " "] {
        send(&layer(), with_field(text))
            .await
            .assert_refused(Kind::MalformedToken);
    }
}

#[tokio::test]
async fn empty_body_holds_no_token() {
    let bodies = || {
        [
            Script::empty(),
            Script::chunked([]),
            Script::chunked([data(""), data("")]),
        ]
    };
    for body in bodies() {
        send(&layer(), json(body))
            .await
            .assert_refused(Kind::MissingToken);
    }
    for body in bodies() {
        let answer = send(&layer().optional(), json(body)).await;
        assert!(answer.seen().anonymous);
    }
}
