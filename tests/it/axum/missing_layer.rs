//! Without a layer, a request is not treated as anonymous: the response is 500, and the log names the missing line.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension, Router,
    extract::Request,
    middleware::{Next, from_extractor, from_fn},
    response::Response,
    routing::get,
};
use http::StatusCode;
use sequence_auth::{Anonymous, SequenceClaims, TokenSource};
use test_support::child;
use tokio::time::advance;

use super::{call, lobby, me, with_bearer, without_token};
use crate::{
    recorder::Recorder,
    support::{ISSUER, layer},
};

/// Asserts that a request to `/` gets 500, which reveals nothing to the client.
async fn assert_missing(app: &Router, request: http::Request<axum::body::Body>) {
    let reply = call(app, request).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(reply.body, "");
    assert_eq!(reply.error, None);
    assert!(!reply.headers.contains_key("www-authenticate"));
}

#[test]
fn event_names_the_missing_line_once_a_minute_for_each_extractor() {
    child::run(
        "axum::missing_layer::missing_layer_is_logged_once_a_minute",
        &[],
    );
}

#[tokio::test(start_paused = true)]
#[ignore = "is run by the test above, because the limit holds for all tests of a process"]
async fn missing_layer_is_logged_once_a_minute() {
    let (recorder, _guard) = Recorder::start();
    for _ in 0..2 {
        for (handler, extractor) in [
            (get(me), " SequenceClaims "),
            (get(lobby), " Option<SequenceClaims> "),
        ] {
            let app = Router::new().route("/", handler);
            for _ in 0..100 {
                assert_missing(&app, without_token("/")).await;
            }
            let told = recorder.take_told();
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].starts_with("ERROR "), "{told:?}");
            let line = ".layer(SequenceAuthLayer::new(project_id))";
            for part in [extractor, line] {
                assert!(told[0].contains(part), "{told:?}");
            }
        }
        advance(Duration::from_secs(60)).await;
    }
}

#[tokio::test]
async fn missing_layer_is_an_error_for_both_extractors() {
    for handler in [get(me), get(lobby)] {
        let app = Router::new().route("/", handler);
        assert_missing(&app, without_token("/")).await;
        assert_missing(&app, with_bearer("/", &ISSUER.token().mint())).await;
    }
}

#[tokio::test]
async fn layer_of_another_route_does_not_count() {
    let app = Router::new()
        .route("/", get(me))
        .route("/lobby", get(lobby).layer(layer().optional()));
    assert_missing(&app, without_token("/")).await;
    call(&app, without_token("/lobby"))
        .await
        .assert_ok("nobody");
}

/// axum first runs the layer that was added last.
#[tokio::test]
async fn layer_inside_of_an_extractor_does_not_count() {
    let app = Router::new()
        .route("/", get(lobby))
        .layer(layer().optional())
        .layer(from_extractor::<SequenceClaims>());
    assert_missing(&app, without_token("/")).await;
}

#[tokio::test]
async fn planted_marker_does_not_stand_for_a_layer() {
    for handler in [get(me), get(lobby)] {
        let app = Router::new()
            .route("/", handler)
            .layer(Extension(Anonymous));
        assert_missing(&app, without_token("/")).await;
    }
}

async fn forget_claims(mut request: Request, next: Next) -> Result<Response, Infallible> {
    request.extensions_mut().remove::<SequenceClaims>();
    Ok(next.run(request).await)
}

/// A request that an inner layer has verified is no longer anonymous, although the outer layer let it pass as such.
#[tokio::test]
async fn anonymous_of_outer_layer_is_forgotten() {
    let source = TokenSource::header("x-token").unwrap();
    for handler in [get(me), get(lobby)] {
        let app = Router::new()
            .route("/", handler)
            .layer(from_fn(forget_claims))
            .layer(layer().sources([source.clone()]))
            .layer(layer().optional());
        let mut request = without_token("/");
        let token = ISSUER.token().mint().parse().unwrap();
        request.headers_mut().insert("x-token", token);
        assert_missing(&app, request).await;
    }
}
