//! A layer that a setting switches off, as in development.

use axum::{
    Router,
    response::IntoResponse,
    routing::{any, get},
};
use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use tower::{
    ServiceBuilder,
    util::{MapResponseLayer, option_layer},
};

use super::{EMAIL, call, lobby, me, with_bearer, without_token};
use crate::support::{ISSUER, layer};

fn app() -> Router {
    Router::new()
        .route("/me", any(me))
        .route("/lobby", any(lobby))
        .route("/plain", get("plain"))
}

/// Both arms of an `option_layer` need the same body type.
fn either(auth: Option<SequenceAuthLayer>) -> [Router; 2] {
    let converted = |auth| (MapResponseLayer::new(IntoResponse::into_response), auth);
    let stack = ServiceBuilder::new().option_layer(auth.clone().map(converted));
    [
        app().layer(option_layer(auth.map(converted))),
        app().layer(stack),
    ]
}

#[tokio::test]
async fn optional_layer_that_is_there_guards() {
    for app in either(Some(layer())) {
        let token = ISSUER.token().mint();
        call(&app, with_bearer("/me", &token))
            .await
            .assert_ok(EMAIL);
        for path in ["/me", "/lobby", "/plain", "/nowhere"] {
            let reply = call(&app, without_token(path)).await;
            reply.assert_refused(Kind::MissingToken);
        }
    }
}

/// Without a layer, a handler that takes claims fails for every request, and all others are open.
#[tokio::test]
async fn optional_layer_that_is_missing_opens_what_takes_no_claims() {
    for app in either(None) {
        let token = ISSUER.token().mint();
        for path in ["/me", "/lobby"] {
            for request in [without_token(path), with_bearer(path, &token)] {
                let reply = call(&app, request).await;
                assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
            }
        }
        call(&app, without_token("/plain")).await.assert_ok("plain");
    }
}

/// The alternative: without a token there are no claims, and a bad token is still refused.
#[tokio::test]
async fn optional_serves_both() {
    let app = app().layer(layer().optional());
    let token = ISSUER.token().mint();
    call(&app, with_bearer("/me", &token))
        .await
        .assert_ok(EMAIL);
    call(&app, without_token("/lobby"))
        .await
        .assert_ok("nobody");
    let reply = call(&app, without_token("/me")).await;
    reply.assert_refused(Kind::MissingToken);
    let expired = ISSUER.token().expired().mint();
    let reply = call(&app, with_bearer("/lobby", &expired)).await;
    reply.assert_refused(Kind::Expired);
}
