//! tower's `TimeoutLayer` with a `HandleErrorLayer`, on either side of the layer.

use std::{future::pending, time::Duration};

use axum::{BoxError, Router, body::Body, error_handling::HandleErrorLayer, routing::any};
use http::{Request, StatusCode};
use sequence_auth::AuthErrorKind as Kind;
use tower::{ServiceBuilder, timeout::TimeoutLayer};

use super::{call, json_request, with_bearer, without_token};
use crate::support::{ISSUER, Script, Step, data, layer};

const LATE: StatusCode = StatusCode::GATEWAY_TIMEOUT;

async fn answer_late(_: BoxError) -> StatusCode {
    LATE
}

fn timeout() -> TimeoutLayer {
    TimeoutLayer::new(Duration::from_secs(3))
}

fn app() -> Router {
    Router::new()
        .route("/", any("in"))
        .route("/hang", any(pending::<()>))
}

/// The layer inside of the timeout, between timeout and error handler, and outside of both.
fn apps() -> [Router; 3] {
    let handle_error = || HandleErrorLayer::new(answer_late);
    let new = ServiceBuilder::new;
    let inside = new().layer(handle_error()).layer(timeout()).layer(layer());
    let between = new().layer(handle_error()).layer(layer()).layer(timeout());
    let outside = new().layer(layer()).layer(handle_error()).layer(timeout());
    [
        app().layer(inside),
        app().layer(between),
        app().layer(outside),
    ]
}

fn dripping() -> Request<Body> {
    json_request("/", Body::new(Script::chunked([data("{"), Step::Hang])))
}

#[tokio::test(start_paused = true)]
async fn timeout_goes_on_either_side() {
    let token = ISSUER.token().mint();
    for app in apps() {
        call(&app, with_bearer("/", &token)).await.assert_ok("in");
        let reply = call(&app, without_token("/hang")).await;
        reply.assert_refused(Kind::MissingToken);
        let reply = call(&app, with_bearer("/hang", &token)).await;
        assert_eq!(reply.status, LATE);
    }
}

#[tokio::test(start_paused = true)]
async fn slow_body_is_the_business_of_what_is_outside() {
    let [inside, between, outside] = apps();
    let reply = call(&inside, dripping()).await;
    assert_eq!((reply.status, reply.error), (LATE, None));
    for app in [between, outside] {
        let reply = call(&app, dripping()).await;
        reply.assert_refused(Kind::BodyTimeout);
    }
}
