//! `on_reject_with` gets the refused request, without the headers that held a token.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use sequence_auth::{
    AuthErrorKind as Kind, RejectedRequest, SequenceAuthLayer, TokenSource, testing::LocalIssuer,
};

use crate::{
    key_endpoint::{Endpoint, Mode},
    support::{ISSUER, PROJECT, Script, bearer, json, layer, send, with_field, without_token},
};

/// Records each refused request with its kind.
#[derive(Clone, Default)]
struct Refusals(Arc<Mutex<Vec<(RejectedRequest, Kind)>>>);

impl Refusals {
    fn of(layer: SequenceAuthLayer) -> (SequenceAuthLayer, Self) {
        let refusals = Self::default();
        let kept = refusals.clone();
        let layer = layer.on_reject_with(move |request, error, response| {
            assert_eq!(response.status(), error.status());
            kept.0.lock().unwrap().push((request.clone(), error.kind()));
            response
        });
        (layer, refusals)
    }

    /// Takes the only refused request.
    #[track_caller]
    fn take(&self) -> (RejectedRequest, Kind) {
        let mut refusals = self.0.lock().unwrap();
        assert_eq!(refusals.len(), 1);
        refusals.pop().unwrap()
    }
}

fn with_headers<B>(mut request: Request<B>, headers: &[(&'static str, &str)]) -> Request<B> {
    for &(name, value) in headers {
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

fn names(headers: &HeaderMap) -> Vec<&str> {
    let mut names: Vec<_> = headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn function_sees_method_uri_and_headers() {
    let (layer, refusals) = Refusals::of(layer());
    let mut request = with_headers(
        without_token(),
        &[
            ("accept", "text/html"),
            ("accept", "*/*"),
            ("cookie", "theme=dark"),
        ],
    );
    *request.method_mut() = Method::DELETE;
    *request.uri_mut() = Uri::from_static("/games/7?page=2");
    let answer = send(&layer, request).await;
    answer.assert_refused(Kind::MissingToken);
    let (request, kind) = refusals.take();
    assert_eq!(kind, Kind::MissingToken);
    assert_eq!(request.method(), Method::DELETE);
    assert_eq!(request.uri(), "/games/7?page=2");
    assert_eq!(names(request.headers()), ["accept", "cookie"]);
    let accept: Vec<_> = request.headers().get_all("accept").iter().collect();
    assert_eq!(accept, ["text/html", "*/*"]);
}

#[tokio::test]
async fn headers_of_the_sources_are_left_out() {
    let all = [
        ("authorization", "Bearer x.y.z"),
        ("x-token", "x.y.z"),
        ("cookie", "token=x.y.z; theme=dark"),
        ("cookie", "other=1"),
        ("sec-websocket-protocol", "game.v1, token.x.y.z"),
        ("x-client", "unity"),
    ];
    for (source, left_out) in [
        (TokenSource::bearer(), "authorization"),
        (TokenSource::header("x-token").unwrap(), "x-token"),
        (TokenSource::cookie("token").unwrap(), "cookie"),
        (
            TokenSource::subprotocol("token.").unwrap(),
            "sec-websocket-protocol",
        ),
    ] {
        let (layer, refusals) = Refusals::of(layer().sources([source]));
        send(&layer, with_headers(without_token(), &all)).await;
        let (request, kind) = refusals.take();
        assert_eq!(kind, Kind::MalformedToken);
        let mut expected = vec![
            "authorization",
            "cookie",
            "sec-websocket-protocol",
            "x-client",
            "x-token",
        ];
        expected.retain(|name| *name != left_out);
        assert_eq!(names(request.headers()), expected);
    }
}

/// Asserts that a refusal comes with the headers of its request, except the token's.
async fn assert_seen(layer: SequenceAuthLayer, request: Request<Script>, expected: Kind) {
    let (layer, refusals) = Refusals::of(layer);
    let request = with_headers(request, &[("x-client", "unity")]);
    let method = request.method().clone();
    send(&layer, request).await.assert_refused(expected);
    let (request, kind) = refusals.take();
    assert_eq!(kind, expected);
    assert_eq!(request.method(), method);
    assert_eq!(request.headers()["x-client"], "unity");
    assert!(!request.headers().contains_key("authorization"));
}

#[tokio::test(start_paused = true)]
async fn function_is_called_for_every_refusal() {
    let token = ISSUER.token().mint();
    let expired = ISSUER.token().expired().mint();
    // Without waiting.
    assert_seen(layer(), without_token(), Kind::MissingToken).await;
    assert_seen(layer(), bearer(&expired), Kind::Expired).await;
    // After waiting for a body, for keys and for the application.
    assert_seen(layer(), json("no json"), Kind::MalformedBody).await;
    assert_seen(layer(), with_field(&expired), Kind::Expired).await;
    let stranger = LocalIssuer::new().token().mint();
    assert_seen(layer(), bearer(&stranger), Kind::UnknownKey).await;
    let without_keys = Endpoint::new(Mode::Hangs).layer();
    assert_seen(without_keys, bearer(&token), Kind::KeysUnavailable).await;
    let nobody = layer().load(|_| async { Ok::<_, String>(None::<()>) });
    assert_seen(nobody, bearer(&token), Kind::UnknownPlayer).await;
    let never = layer().authorize_async(|_| async { false });
    assert_seen(never, bearer(&token), Kind::NotAuthorized).await;
}

#[tokio::test]
async fn function_is_not_called_for_requests_that_pass() {
    let (layer, refusals) = Refusals::of(layer().optional());
    let token = ISSUER.token().mint();
    for request in [
        bearer(&token),
        with_field(&token),
        without_token(),
        json("{}"),
    ] {
        assert_eq!(send(&layer, request).await.kind(), None);
    }
    assert!(refusals.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn function_makes_the_answer() {
    let layer = layer().on_reject_with(|request, _, mut response| {
        if request
            .headers()
            .get("sec-fetch-mode")
            .is_some_and(|mode| mode == "navigate")
        {
            *response.status_mut() = StatusCode::SEE_OTHER;
            let location = HeaderValue::from_static("/sign-in");
            response.headers_mut().insert("location", location);
        }
        response
    });
    let navigation = || [("sec-fetch-mode", "navigate")];
    for request in [without_token(), json("{}")] {
        let answer = send(&layer, with_headers(request, &navigation())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.headers["location"], "/sign-in");
        assert_eq!(answer.kind(), Some(Kind::MissingToken));
    }
    let answer = send(&layer, without_token()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn last_function_takes_the_place_of_others() {
    let alone = |layer: SequenceAuthLayer| {
        layer.on_reject(|_, mut response| {
            response
                .headers_mut()
                .append("x-by", "alone".parse().unwrap());
            response
        })
    };
    let with_request = |layer: SequenceAuthLayer| {
        layer.on_reject_with(|_, _, mut response| {
            response
                .headers_mut()
                .append("x-by", "with".parse().unwrap());
            response
        })
    };
    for (layer, expected) in [
        (with_request(alone(layer())), "with"),
        (alone(with_request(layer())), "alone"),
    ] {
        for request in [without_token(), json("{}")] {
            let answer = send(&layer, request).await;
            let by: Vec<_> = answer.headers.get_all("x-by").iter().collect();
            assert_eq!(by, [expected]);
        }
    }
}

#[tokio::test]
async fn combined_layer_keeps_the_function_of_the_first() {
    let oms_wallet = LocalIssuer::oms_wallet();
    let (first, refusals) = Refusals::of(ISSUER.layer(PROJECT));
    let second = oms_wallet
        .layer("prj_01")
        .on_reject_with(|_, _, _| unreachable!());
    let both = first.or(second).unwrap();
    let token = oms_wallet.token().expired().mint();
    send(&both, bearer(&token))
        .await
        .assert_refused(Kind::Expired);
    assert_eq!(refusals.take().1, Kind::Expired);
}

#[tokio::test]
async fn grpc_answer_is_the_default_one() {
    let layer = layer().on_reject_with(|request, _, mut response| {
        assert_eq!(request.headers()["content-type"], "application/grpc");
        assert_eq!(response.headers()["grpc-status"], "16");
        let language = HeaderValue::from_static("en");
        response.headers_mut().insert("content-language", language);
        response
    });
    let request = with_headers(without_token(), &[("content-type", "application/grpc")]);
    let answer = send(&layer, request).await;
    assert_eq!(answer.headers["content-language"], "en");
    assert_eq!(answer.kind(), Some(Kind::MissingToken));
}

#[tokio::test]
async fn debug_shows_the_method_alone() {
    let (layer, refusals) = Refusals::of(layer());
    let mut request = with_headers(
        without_token(),
        &[
            ("authorization", "Bearer secret-token"),
            ("x-key", "secret-key"),
        ],
    );
    *request.uri_mut() = Uri::from_static("/?code=secret-code");
    send(&layer, request).await;
    let (request, _) = refusals.take();
    assert_eq!(
        format!("{request:?}"),
        r"RejectedRequest { method: GET, .. }"
    );
    let shown = format!("{layer:?}");
    assert!(!shown.contains("secret"), "{shown}");
}
