//! The sources are read in their order, and the first that holds credentials decides.

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};
use tokio::time::Duration;

use super::{COOKIE, PLACES, looking_in, with, with_body};
use crate::support::{ISSUER, Script, Step, bearer, data, json, layer, send, without_token};

fn cookie() -> TokenSource {
    TokenSource::cookie(COOKIE).unwrap()
}

fn field(name: &str) -> TokenSource {
    TokenSource::json_field(name).unwrap()
}

/// Looks in the body first, then in a cookie.
fn body_then_cookie() -> SequenceAuthLayer {
    layer().sources([field("token"), cookie()])
}

#[tokio::test]
async fn each_place_is_looked_into() {
    let token = ISSUER.token().mint();
    for place in &PLACES {
        let layer = looking_in((place.source)());
        let request = (place.put)(without_token(), &token);
        send(&layer, request).await.claims();
        for other in PLACES.iter().filter(|other| other.name != place.name) {
            let request = (other.put)(without_token(), &token);
            send(&layer, request)
                .await
                .assert_refused(Kind::MissingToken);
        }
    }
}

#[tokio::test]
async fn first_token_decides() {
    let [ann, bob] = ["ann", "bob"].map(|name| format!("{name}@example.com"));
    let [ann_token, bob_token] = [&ann, &bob].map(|email| ISSUER.token().email(email).mint());
    let expired = ISSUER.token().expired().mint();
    for first in &PLACES {
        for second in PLACES.iter().filter(|second| second.name != first.name) {
            let places = format!("{}, {}", first.name, second.name);
            let layer = layer().sources([(first.source)(), (second.source)()]);
            let request = |in_first: &str, in_second: &str| {
                (second.put)((first.put)(without_token(), in_first), in_second)
            };
            let answer = send(&layer, request(&ann_token, &bob_token)).await;
            assert_eq!(answer.claims().email(), Some(&*ann), "{places}");
            let answer = send(&layer, request(&ann_token, &expired)).await;
            assert_eq!(answer.claims().email(), Some(&*ann), "{places}");
            let answer = send(&layer, request(&expired, &bob_token)).await;
            assert_eq!(answer.kind(), Some(Kind::Expired), "{places}");
            let answer = send(&layer, (second.put)(without_token(), &bob_token)).await;
            assert_eq!(answer.claims().email(), Some(&*bob), "{places}");
        }
    }
}

#[tokio::test]
async fn malformed_credentials_never_fall_back() {
    let token = ISSUER.token().mint();
    for (place, text, kind) in [
        (0, "\"\"", Kind::MalformedAuthorization),
        (1, "a b", Kind::MalformedTokenHeader),
        (2, "\"x\"", Kind::MalformedTokenCookie),
        (3, "%", Kind::MalformedTokenProtocol),
        (4, "", Kind::MalformedToken),
        (5, "", Kind::MalformedToken),
    ] {
        let first = &PLACES[place];
        for second in PLACES.iter().filter(|second| second.name != first.name) {
            let layer = layer().sources([(first.source)(), (second.source)()]);
            let request = (first.put)((second.put)(without_token(), &token), text);
            let answer = send(&layer, request).await;
            assert_eq!(answer.kind(), Some(kind), "{}, {}", first.name, second.name);
        }
    }
}

#[tokio::test]
async fn source_before_the_body_leaves_it_unread() {
    let token = ISSUER.token().mint();
    for place in PLACES.iter().filter(|place| place.name != "json_field") {
        let layer = layer().sources([(place.source)(), field("token")]);
        let request = with_body((place.put)(without_token(), &token), "no JSON");
        let answer = send(&layer, request).await;
        answer.claims();
        assert_eq!(answer.seen().body(), b"no JSON");
        assert_eq!(answer.seen().debug, "RequestBody { buffered_bytes: 0, .. }");
    }
}

#[tokio::test]
async fn source_after_the_body_is_asked_when_it_holds_none() {
    let token = ISSUER.token().mint();
    let expired = ISSUER.token().expired().mint();
    for place in PLACES.iter().filter(|place| place.name != "json_field") {
        let layer = layer().sources([field("token"), (place.source)()]);
        for body in [r#"{"other": 1}"#, "{}", "[]", ""] {
            let answer = send(
                &layer,
                with_body((place.put)(without_token(), &token), body),
            )
            .await;
            answer.claims();
            assert_eq!(answer.seen().body(), body.as_bytes());
            let answer = send(
                &layer,
                with_body((place.put)(without_token(), &expired), body),
            )
            .await;
            answer.assert_refused(Kind::Expired);
        }
        let answer = send(&layer, json("{}")).await;
        answer.assert_refused(Kind::MissingToken);
        let request = with_body((place.put)(without_token(), &token), "no JSON");
        send(&layer, request)
            .await
            .assert_refused(Kind::MalformedBody);
    }
}

#[tokio::test]
async fn malformed_credentials_after_the_body_are_refused() {
    let two_cookies = with(
        with(json("{}"), "cookie", format!("{COOKIE}=a")),
        "cookie",
        format!("{COOKIE}=b"),
    );
    for layer in [body_then_cookie(), body_then_cookie().optional()] {
        let from_elsewhere = with(json("{}"), "cookie", format!("{COOKIE}=a"));
        let from_elsewhere = with(from_elsewhere, "sec-fetch-site", "cross-site");
        send(&layer, from_elsewhere)
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    send(&body_then_cookie(), two_cookies)
        .await
        .assert_refused(Kind::RepeatedTokenCookie);
}

#[tokio::test]
async fn two_fields_are_looked_for_at_once() {
    let token = ISSUER.token().mint();
    let header = TokenSource::header("x-token").unwrap();
    let layer = layer().sources([field("first"), header, field("second")]);
    for name in ["first", "second"] {
        let body = format!(r#"{{"{name}":"{token}"}}"#);
        send(&layer, json(body.clone())).await.claims();
        // The header comes after the first field, and the body decides for all fields.
        send(&layer, with(json(body), "x-token", "x.y.z"))
            .await
            .claims();
    }
    for body in [
        format!(r#"{{"first":"{token}","second":"{token}"}}"#),
        format!(r#"{{"first":null,"second":"{token}"}}"#),
        format!(r#"{{"second":"{token}","second":"{token}"}}"#),
    ] {
        send(&layer, json(body))
            .await
            .assert_refused(Kind::RepeatedTokenField);
    }
    let third = format!(r#"{{"third":"{token}"}}"#);
    send(&layer, json(third.clone()))
        .await
        .assert_refused(Kind::MissingToken);
    send(&layer, with(json(third), "x-token", &token))
        .await
        .claims();
}

#[tokio::test]
async fn bearer_alone_reads_no_body() {
    let layer = looking_in(TokenSource::bearer());
    send(&layer, json(Script::untouchable()))
        .await
        .assert_refused(Kind::MissingToken);
    let body = format!(r#"{{"sequenceToken":"{}"}}"#, ISSUER.token().mint());
    let answer = send(&layer.optional(), json(body.clone())).await;
    assert!(answer.seen().anonymous);
    assert_eq!(answer.seen().body(), body.as_bytes());
    assert_eq!(answer.seen().debug, "RequestBody { buffered_bytes: 0, .. }");
}

#[tokio::test]
async fn layer_without_sources_finds_no_token() {
    let token = ISSUER.token().mint();
    let requests = || {
        let requests = PLACES
            .iter()
            .map(|place| (place.put)(without_token(), &token));
        requests.chain([json(format!(r#"{{"sequenceToken":"{token}"}}"#))])
    };
    for request in requests() {
        send(&layer().sources([]), request)
            .await
            .assert_refused(Kind::MissingToken);
    }
    for request in requests() {
        let answer = send(&layer().sources([]).optional(), request).await;
        assert!(answer.seen().anonymous);
    }
}

#[tokio::test]
async fn later_sources_replace_earlier_ones() {
    let token = ISSUER.token().mint();
    let layer = layer()
        .sources([TokenSource::bearer()])
        .sources([field("token")]);
    send(&layer, bearer(&token))
        .await
        .assert_refused(Kind::MissingToken);
    send(&layer, json(format!(r#"{{"token":"{token}"}}"#)))
        .await
        .claims();
}

#[tokio::test]
async fn zero_body_limit_leaves_the_other_sources() {
    let token = ISSUER.token().mint();
    let layer = body_then_cookie().body_limit(0);
    let body = format!(r#"{{"token":"{token}"}}"#);
    send(&layer, json(body))
        .await
        .assert_refused(Kind::MissingToken);
    let request = with(json("no JSON"), "cookie", format!("{COOKIE}={token}"));
    let answer = send(&layer, request).await;
    answer.claims();
    assert_eq!(answer.seen().debug, "RequestBody { buffered_bytes: 0, .. }");
}

/// Bodies that cannot be searched: too large, not JSON, too slow.
fn unsearchable() -> [(Script, Kind); 3] {
    [
        (Script::from("x".repeat(1001)), Kind::BodyTooLarge),
        (Script::from("no JSON"), Kind::MalformedBody),
        (Script::chunked([data("{"), Step::Hang]), Kind::BodyTimeout),
    ]
}

#[tokio::test(start_paused = true)]
async fn unsearchable_body_leaves_the_other_sources_where_a_token_is_optional() {
    let limited = body_then_cookie()
        .body_limit(1000)
        .body_timeout(Duration::from_secs(1));
    let with_cookie = |body, token: &str| with(json(body), "cookie", format!("{COOKIE}={token}"));
    let token = ISSUER.token().mint();
    let expired = ISSUER.token().expired().mint();
    for (body, kind) in unsearchable() {
        let answer = send(&limited, with_cookie(body, &token)).await;
        answer.assert_refused(kind);
    }
    let optional = limited.optional();
    for (body, _) in unsearchable() {
        let answer = send(&optional, with_cookie(body, &expired)).await;
        answer.assert_refused(Kind::Expired);
    }
    // Without the hanging body, which would hang in the inner service, too.
    for (body, _) in unsearchable().into_iter().take(2) {
        let answer = send(&optional, with_cookie(body, &token)).await;
        answer.claims();
        assert!(!answer.seen().body().is_empty());
    }
    for (body, _) in unsearchable().into_iter().take(2) {
        assert!(send(&optional, json(body)).await.seen().anonymous);
    }
}
