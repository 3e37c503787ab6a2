//! A path with several methods, and requests with other methods.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodRouter, any, get, post},
};

use super::{GUARDED, NO_METHOD, OPEN, assert_without_token, fallback, players};
use crate::{axum::me, support::layer};

fn path(methods: MethodRouter) -> Router {
    Router::new().route("/", methods)
}

#[tokio::test]
async fn methods_added_after_the_layer_are_open() {
    for app in [
        path(get(me).layer(layer()).post("open")),
        path(get(me).route_layer(layer()).post("open")),
        path(get(me).layer(layer())).route("/", post("open")),
    ] {
        let expected = [("GET /", GUARDED), ("HEAD /", GUARDED), ("POST /", OPEN)];
        assert_without_token(&app, expected).await;
    }
}

#[tokio::test]
async fn one_method_may_be_guarded_alone() {
    for app in [
        path(get("open").post(me.layer(layer()))),
        path(get("open").merge(post(me).route_layer(layer()))),
        path(post(me).route_layer(layer()).get("open")),
    ] {
        let expected = [("GET /", OPEN), ("POST /", GUARDED), ("PUT /", NO_METHOD)];
        assert_without_token(&app, expected).await;
    }
}

/// `Router::route_layer` does not guard unknown paths, but does guard unknown methods.
#[tokio::test]
async fn unknown_method_is_left_to_the_router_by_route_layer_of_the_methods_alone() {
    for (app, status) in [
        (path(get(me).route_layer(layer())), NO_METHOD),
        (path(get(me).layer(layer())), GUARDED),
        (path(get(me)).route_layer(layer()), GUARDED),
        (path(get(me)).layer(layer()), GUARDED),
    ] {
        let expected = [
            ("GET /", GUARDED),
            ("POST /", status),
            ("OPTIONS /", status),
        ];
        assert_without_token(&app, expected).await;
    }
}

#[tokio::test]
async fn fallback_for_methods_is_guarded_by_a_router_layer_that_comes_later() {
    let with_fallback = || players().method_not_allowed_fallback(fallback);
    for app in [
        with_fallback().layer(layer()),
        with_fallback().route_layer(layer()),
    ] {
        assert_without_token(&app, [("POST /me", GUARDED)]).await;
    }
    let late = |guarded: Router| guarded.method_not_allowed_fallback(fallback);
    let of_methods = get(me).fallback(fallback).route_layer(layer());
    let of_methods = Router::new().route("/me", of_methods);
    for app in [
        late(players().layer(layer())),
        late(players().route_layer(layer())),
        of_methods,
    ] {
        assert_without_token(&app, [("GET /me", GUARDED), ("POST /me", OPEN)]).await;
    }
}

/// `any` creates a fallback.
#[test]
#[should_panic(expected = "Adding a route_layer before any routes is a no-op")]
fn route_layer_of_any_panics() {
    let _: MethodRouter = any(me).route_layer(layer());
}
