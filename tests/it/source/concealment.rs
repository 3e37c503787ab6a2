//! The headers of all sources are marked as sensitive before the inner service sees them, regardless of which source
//! had the token.

use http::{HeaderMap, Request};
use sequence_auth::{SequenceAuthLayer, TokenSource, testing::LocalIssuer};

use super::{COOKIE, HEADER, PLACES, PREFIX, with, with_body};
use crate::support::{ISSUER, PROJECT, Script, json, layer, send, without_token};

const CONFIGURED: [&str; 4] = ["authorization", HEADER, "cookie", "sec-websocket-protocol"];

/// Looks in the body first, then in every header.
fn with_every_source(layer: SequenceAuthLayer) -> SequenceAuthLayer {
    let [bearer, header, cookie, subprotocol, json_field, custom] =
        PLACES.map(|place| (place.source)());
    layer.sources([json_field, custom, bearer, header, cookie, subprotocol])
}

/// A value without a token for each header of a source, some of them repeated.
fn without_any_token(request: Request<Script>) -> Request<Script> {
    let request = with(request, "authorization", "Basic c2VjcmV0");
    let request = with(request, HEADER, "");
    let request = with(request, "cookie", "session=secret");
    let request = with(request, "cookie", "other=secret");
    with(request, "sec-websocket-protocol", "v1")
}

#[track_caller]
fn assert_concealed(headers: &HeaderMap) {
    for name in CONFIGURED {
        assert!(headers.contains_key(name), "{name}");
        for value in headers.get_all(name) {
            assert!(value.is_sensitive(), "{name}");
        }
    }
    for (name, value) in headers {
        let is_configured = CONFIGURED.contains(&name.as_str());
        assert_eq!(value.is_sensitive(), is_configured, "{name}");
    }
}

#[tokio::test]
async fn headers_are_marked_when_a_header_decides() {
    let token = ISSUER.token().mint();
    let request = without_any_token(without_token());
    let request = with(
        request,
        "sec-websocket-protocol",
        format!("{PREFIX}{token}"),
    );
    let request = with(request, "x-other", "shown");
    let answer = send(&with_every_source(layer()), request).await;
    answer.claims();
    assert_concealed(&answer.seen().headers);
}

#[tokio::test]
async fn headers_are_marked_when_the_body_decides() {
    let body = format!(r#"{{"token":"{}"}}"#, ISSUER.token().mint());
    let request = without_any_token(json(body));
    let answer = send(&with_every_source(layer()), request).await;
    answer.claims();
    assert_concealed(&answer.seen().headers);
}

#[tokio::test]
async fn headers_are_marked_when_a_function_decides() {
    let request = with(without_token(), "x-custom", ISSUER.token().mint());
    let answer = send(&with_every_source(layer()), without_any_token(request)).await;
    answer.claims();
    assert_concealed(&answer.seen().headers);
}

#[tokio::test(start_paused = true)]
async fn headers_are_marked_after_waiting_for_a_key() {
    for place in PLACES.iter().filter(|place| place.name != "custom") {
        let issuer = LocalIssuer::new();
        let layer = issuer.layer(PROJECT).sources([
            TokenSource::header(HEADER).unwrap(),
            (place.source)(),
            TokenSource::cookie("session").unwrap(),
        ]);
        issuer.rotate();
        let request = with(without_token(), "cookie", "session=");
        let request = (place.put)(request, &issuer.token().mint());
        let answer = send(&layer, request).await;
        answer.claims();
        let headers = &answer.seen().headers;
        for name in CONFIGURED {
            let is_looked_at = name != "sec-websocket-protocol" || place.name == "subprotocol";
            for value in headers.get_all(name) {
                assert_eq!(value.is_sensitive(), is_looked_at, "{name} {}", place.name);
            }
        }
    }
}

#[tokio::test]
async fn headers_of_anonymous_requests_are_marked() {
    let optional = with_every_source(layer()).optional();
    for request in [
        without_token(),
        with_body(without_token(), "{}"),
        with_body(without_token(), "no JSON"),
    ] {
        let answer = send(&optional, without_any_token(request)).await;
        assert!(answer.seen().anonymous);
        assert_concealed(&answer.seen().headers);
    }
}

#[tokio::test]
async fn headers_without_a_source_are_left_alone() {
    let layer = layer().sources([TokenSource::bearer()]);
    let request = with(without_token(), "authorization", "Bearer x");
    let token = format!("Bearer {}", ISSUER.token().mint());
    let mut request = with(request, "cookie", format!("{COOKIE}=x"));
    request
        .headers_mut()
        .insert("authorization", token.parse().unwrap());
    let answer = send(&layer, request).await;
    assert!(answer.seen().headers["authorization"].is_sensitive());
    assert!(!answer.seen().headers["cookie"].is_sensitive());
}

#[tokio::test]
async fn decided_header_is_marked_in_all_its_lines() {
    let layer = layer().sources([TokenSource::bearer(), TokenSource::header(HEADER).unwrap()]);
    let token = format!("Bearer {}", ISSUER.token().mint());
    let request = with(without_token(), "authorization", token);
    let request = with(with(request, HEADER, "first"), HEADER, "second");
    let answer = send(&layer, request).await;
    answer.claims();
    let values = answer.seen().headers.get_all(HEADER).iter();
    assert_eq!(values.filter(|value| value.is_sensitive()).count(), 2);
}
