//! The field `sequenceToken` of a JSON body.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{Limited, StreamBody};
use sequence_auth::AuthErrorKind as Kind;
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;

use crate::support::{ISSUER, Script, Step, bearer, data, json, layer, send, with_field};

/// A good body of exactly some bytes.
pub(crate) fn body_of(bytes: usize) -> String {
    let token = ISSUER.token().mint();
    let frame = format!(r#"{{"sequenceToken":"{token}","fill":""}}"#).len();
    let fill = "x".repeat(bytes - frame);
    format!(r#"{{"sequenceToken":"{token}","fill":"{fill}"}}"#)
}

#[tokio::test]
async fn a_good_token_in_the_body_reaches_the_handler_with_the_body_as_it_came() {
    let body = format!(
        " {{ \"a\" : [1, 2.50, null], \"sequenceToken\" :\t\"{}\",\"ü\":\"\\u00fc\" }}\n",
        ISSUER.token().mint()
    );
    let answer = send(&layer(), json(body.clone())).await;
    answer.claims();
    assert_eq!(answer.seen().body(), body.as_bytes());
    let length = body.len() as u64;
    assert_eq!(answer.seen().size_hint, (length, Some(length)));
}

#[tokio::test]
async fn one_frame_is_handed_on_without_a_copy() {
    let body = Bytes::from(body_of(2000));
    let address = body.as_ptr();
    let answer = send(&layer(), json(Script::chunked([data(body)]))).await;
    assert_eq!(answer.seen().frames[0].as_ptr(), address);
}

#[tokio::test]
async fn a_body_in_pieces_with_trailers_is_replayed_byte_for_byte() {
    let body = body_of(3000);
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "abc".parse().unwrap());
    let mut steps: Vec<_> = body
        .as_bytes()
        .chunks(7)
        .map(|chunk| data(chunk.to_vec()))
        .collect();
    steps.insert(3, data(""));
    steps.push(Step::Trailers(trailers.clone()));
    let answer = send(&layer(), json(Script::chunked(steps))).await;
    answer.claims();
    assert_eq!(answer.seen().body(), body.as_bytes());
    assert_eq!(answer.seen().trailers, Some(trailers));
}

#[tokio::test]
async fn the_token_may_be_written_with_escapes_and_so_may_the_name() {
    let token = ISSUER.token().mint().replace('.', r"\u002e");
    let body = format!(r#"{{"sequence\u0054oken":"{token}"}}"#);
    send(&layer(), json(body)).await.claims();
}

#[tokio::test]
async fn what_stands_beside_the_token_is_not_judged() {
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
async fn the_json_types_are_searched_and_no_others() {
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
        // Many documents, or frames around them.
        "application/connect+json",
        "application/grpc+json",
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
async fn a_request_that_cannot_hold_a_json_body_is_not_searched() {
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
async fn the_identity_coding_changes_nothing() {
    let mut request = with_field(&ISSUER.token().mint());
    request
        .headers_mut()
        .insert("content-encoding", "identity".parse().unwrap());
    send(&layer(), request).await.claims();
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_bad_request() {
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
async fn json_without_the_field_holds_no_token() {
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
async fn the_field_has_to_be_there_once_and_be_a_string() {
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
async fn a_string_that_is_no_token_is_judged_as_one() {
    for text in ["", "x", "a.b.c", "Bearer x.y.z", " "] {
        send(&layer(), with_field(text))
            .await
            .assert_refused(Kind::MalformedToken);
    }
}

#[tokio::test]
async fn a_body_up_to_the_limit_is_searched_and_one_byte_more_is_too_large() {
    let limit = 64 * 1024;
    send(&layer(), json(body_of(limit))).await.claims();
    for script in [
        Script::from(body_of(limit + 1)),
        Script::chunked([data(body_of(limit + 1))]),
        Script::chunked([data(vec![b' '; limit]), data(" "), Step::Panic]),
        Script::new([Step::Panic], SizeHint::with_exact(1 << 40)),
    ] {
        let answer = send(&layer(), json(script)).await;
        answer.assert_refused(Kind::BodyTooLarge);
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    let small = layer().body_limit(2000);
    send(&small, json(body_of(2000))).await.claims();
    send(&small, json(body_of(2001)))
        .await
        .assert_refused(Kind::BodyTooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_in_time_is_given_up() {
    let start = tokio::time::Instant::now();
    let script = || Script::chunked([data("{"), Step::Hang]);
    let answer = send(&layer(), json(script())).await;
    answer.assert_refused(Kind::BodyTimeout);
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(start.elapsed().as_secs(), 5);
    let quick = layer().body_timeout(Duration::from_millis(100));
    send(&quick, json(script()))
        .await
        .assert_refused(Kind::BodyTimeout);
    assert_eq!(start.elapsed().as_millis() / 100, 51);
}

#[tokio::test]
async fn an_empty_body_holds_no_token() {
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

#[tokio::test]
async fn a_limit_of_nothing_searches_no_body() {
    let off = layer().body_limit(0);
    for body in [Script::empty(), Script::untouchable()] {
        send(&off, json(body))
            .await
            .assert_refused(Kind::MissingToken);
    }
    let body = body_of(2000);
    let answer = send(&off.clone().optional(), json(body.clone())).await;
    assert!(answer.seen().anonymous);
    assert_eq!(answer.seen().body(), body.as_bytes());
    send(&off, bearer(&ISSUER.token().mint())).await.claims();
}

/// A body that waits for a minute before this part of it, or before its end.
fn slow(
    parts: &[Frame<Bytes>],
    pause: usize,
) -> impl Body<Data = Bytes, Error = Infallible> + use<> {
    let (sender, receiver) = mpsc::channel(1);
    let parts: Vec<_> = parts.iter().map(copy).collect();
    tokio::spawn(async move {
        for (number, part) in parts.into_iter().enumerate() {
            if number == pause {
                sleep(Duration::from_secs(60)).await;
            }
            if sender.send(Ok(part)).await.is_err() {
                return;
            }
        }
        sleep(Duration::from_secs(60)).await;
    });
    StreamBody::new(ReceiverStream::new(receiver))
}

fn copy(frame: &Frame<Bytes>) -> Frame<Bytes> {
    match (frame.data_ref(), frame.trailers_ref()) {
        (Some(data), _) => Frame::data(data.clone()),
        (_, trailers) => Frame::trailers(trailers.unwrap().clone()),
    }
}

#[tokio::test(start_paused = true)]
async fn where_a_token_is_optional_a_slow_body_passes_with_what_was_read_put_back() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "abc".parse().unwrap());
    let mut parts: Vec<_> = ["{\"a\"", "", ":", "1}"]
        .map(|part| Frame::data(part.into()))
        .into();
    parts.push(Frame::trailers(trailers.clone()));
    for pause in 0..=parts.len() {
        let request = || json("").map(|_| slow(&parts, pause));
        send(&layer(), request())
            .await
            .assert_refused(Kind::BodyTimeout);
        let answer = send(&layer().optional(), request()).await;
        assert!(answer.seen().anonymous);
        assert_eq!(answer.seen().body(), b"{\"a\":1}");
        assert_eq!(answer.seen().trailers.as_ref(), Some(&trailers));
    }
}

#[tokio::test]
async fn a_frame_beyond_the_limit_is_handed_on_as_it_came() {
    let large = Bytes::from(vec![b' '; 5000]);
    let body = [data("{"), data(large.clone()), data("}")];
    let lenient = layer().optional().body_limit(1024);
    let answer = send(&lenient, json(Script::chunked(body))).await;
    assert!(answer.seen().anonymous);
    assert_eq!(answer.seen().frames, [&b"{"[..], &large, b"}"]);
    assert_eq!(answer.seen().frames[1].as_ptr(), large.as_ptr());
    assert_eq!(answer.seen().size_hint, (5001, None));
}

#[tokio::test]
async fn a_body_that_breaks_off_never_reaches_the_handler() {
    let token = ISSUER.token().mint();
    let good = format!(r#"{{"sequenceToken":"{token}"}}"#);
    for steps in [
        vec![Step::Error("reset".into())],
        vec![data("{\"sequenceToken\":"), Step::Error("reset".into())],
        vec![data(good), Step::Error("reset".into())],
    ] {
        let answer = send(&layer(), json(Script::chunked(steps))).await;
        answer.assert_refused(Kind::BodyInterrupted);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_limit_outside_the_layer_answers_as_too_large() {
    let body = body_of(2000);
    for steps in [
        vec![data(body.clone())],
        vec![data(body[..9].to_owned()), data(body[9..].to_owned())],
    ] {
        let request = json(Script::chunked(steps)).map(|body| Limited::new(body, 1999));
        send(&layer(), request)
            .await
            .assert_refused(Kind::BodyTooLarge);
    }
    let request = json(body).map(|body| Limited::new(body, 2000));
    send(&layer(), request).await.claims();
}
