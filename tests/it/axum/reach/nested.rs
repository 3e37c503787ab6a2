//! Routers below a prefix: their own layers, and unknown paths.

use axum::Router;
use tower_layer::Layer as _;

use super::{GUARDED, NO_PATH, OPEN, assert_without_token, fallback, open, players};
use crate::{
    axum::{EMAIL, call, with_bearer},
    support::{ISSUER, layer},
};

async fn assert_players_pass(app: &Router) {
    let token = ISSUER.token().mint();
    let reply = call(app, with_bearer("/api/me", &token)).await;
    reply.assert_ok(EMAIL);
}

/// A nested router uses the outer fallback until it has its own.
#[tokio::test]
async fn unknown_path_of_a_guarded_nested_router_is_the_outer_fallbacks() {
    for nested in [players().layer(layer()), players().route_layer(layer())] {
        let app = Router::new().nest("/api", nested);
        assert_players_pass(&app).await;
        let known = [("GET /api/me", GUARDED), ("POST /api/me", GUARDED)];
        assert_without_token(&app, known).await;
        assert_without_token(&app, [("GET /api/nowhere", NO_PATH)]).await;
        let app = app.fallback(fallback);
        let unknown = [("GET /api/nowhere", OPEN), ("GET /api", OPEN)];
        assert_without_token(&app, unknown).await;
    }
}

/// Every path except the prefix with a slash, which does not belong to the nested router.
#[tokio::test]
async fn fallback_of_a_nested_router_is_guarded_by_its_layer() {
    let nested = players().fallback(fallback).layer(layer());
    let app = Router::new().nest("/api", nested).fallback(fallback);
    assert_players_pass(&app).await;
    assert_without_token(
        &app,
        [
            ("GET /api/me", GUARDED),
            ("GET /api/nowhere", GUARDED),
            ("GET /api", GUARDED),
            ("GET /api/", OPEN),
            ("GET /nowhere", OPEN),
        ],
    )
    .await;
    let nested = players().fallback(fallback).route_layer(layer());
    let app = Router::new().nest("/api", nested);
    assert_without_token(&app, [("GET /api/nowhere", OPEN)]).await;
}

#[tokio::test]
async fn service_below_a_prefix_is_guarded_as_a_whole() {
    let nested = layer().layer(players());
    let app = Router::new()
        .nest_service("/api", nested)
        .fallback(fallback);
    assert_players_pass(&app).await;
    assert_without_token(
        &app,
        [
            ("GET /api/me", GUARDED),
            ("POST /api/me", GUARDED),
            ("GET /api/nowhere", GUARDED),
            ("GET /api", GUARDED),
            ("GET /api/", GUARDED),
            ("GET /apiary", OPEN),
        ],
    )
    .await;
}

#[tokio::test]
async fn layer_of_the_outer_router_guards_nested_ones_and_their_unknown_paths() {
    let app = || open().nest("/api", players()).fallback(fallback);
    for (app, unknown) in [
        (app().layer(layer()), GUARDED),
        (app().route_layer(layer()), OPEN),
    ] {
        assert_players_pass(&app).await;
        assert_without_token(
            &app,
            [
                ("GET /open", GUARDED),
                ("GET /api/me", GUARDED),
                ("GET /api/nowhere", unknown),
                ("GET /nowhere", unknown),
            ],
        )
        .await;
    }
}
