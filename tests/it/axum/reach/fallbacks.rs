//! The fallback of a router responds to every path without a route.

use axum::{Router, routing::any};
use tower_layer::Layer as _;

use super::{GUARDED, NO_PATH, OPEN, assert_without_token, fallback, players};
use crate::{
    axum::{call, with_bearer},
    support::{ISSUER, layer},
};

/// Checks unknown paths, and `CONNECT`, which has no path.
async fn assert_unknown(app: &Router, status: http::StatusCode) {
    let unknown = [
        ("GET /nowhere", status),
        ("POST /", status),
        ("CONNECT host:1", status),
        ("GET /me", GUARDED),
    ];
    assert_without_token(app, unknown).await;
}

#[tokio::test]
async fn layer_guards_the_fallback_before_it() {
    for app in [
        players().layer(layer()),
        players().fallback(fallback).layer(layer()),
        players().fallback_service(any(fallback)).layer(layer()),
    ] {
        assert_unknown(&app, GUARDED).await;
    }
}

#[tokio::test]
async fn fallback_after_the_layer_is_open() {
    for app in [
        players().layer(layer()).fallback(fallback),
        players().layer(layer()).fallback_service(any(fallback)),
    ] {
        assert_unknown(&app, OPEN).await;
    }
    let app = players().layer(layer()).reset_fallback();
    assert_unknown(&app, NO_PATH).await;
}

#[tokio::test]
async fn route_layer_leaves_the_fallback_open() {
    for (router, status) in [
        (players(), NO_PATH),
        (players().fallback(fallback), OPEN),
        (players().fallback_service(any(fallback)), OPEN),
    ] {
        assert_unknown(&router.route_layer(layer()), status).await;
    }
}

#[tokio::test]
async fn fallback_may_have_a_layer_of_its_own() {
    let guarded = layer().layer(any(fallback));
    let app = players().route_layer(layer()).fallback_service(guarded);
    assert_unknown(&app, GUARDED).await;
    let token = ISSUER.token().mint();
    let reply = call(&app, with_bearer("/nowhere", &token)).await;
    reply.assert_ok("fallback");
}
