//! A layer guards routes that were added before it, and no later routes.

use axum::{Router, routing::get};
use http::StatusCode;

use super::{GUARDED, NO_PATH, OPEN, assert_without_token, open, players};
use crate::{axum::me, support::layer};

#[tokio::test]
async fn routes_added_after_the_layer_are_open() {
    let app = players()
        .layer(layer())
        .route("/open", get("open"))
        .route_service("/service", get("open"))
        .nest_service("/files", get("open"))
        .nest("/nested", open());
    assert_without_token(
        &app,
        [
            ("GET /me", GUARDED),
            ("GET /open", OPEN),
            ("GET /service", OPEN),
            ("GET /files/a", OPEN),
            ("GET /nested/open", OPEN),
            ("GET /nowhere", GUARDED),
        ],
    )
    .await;
}

#[tokio::test]
async fn routers_merged_after_the_layer_are_open() {
    let guarded = || players().layer(layer());
    for (app, unknown) in [
        (guarded().merge(open()), NO_PATH),
        (open().merge(guarded()), GUARDED),
    ] {
        let known = [("GET /me", GUARDED), ("GET /open", OPEN)];
        assert_without_token(&app, known).await;
        assert_without_token(&app, [("GET /nowhere", unknown)]).await;
    }
}

#[tokio::test]
async fn handler_that_takes_claims_is_not_open() {
    let app = Router::new().layer(layer()).route("/me", get(me));
    let missing = StatusCode::INTERNAL_SERVER_ERROR;
    assert_without_token(&app, [("GET /me", missing), ("GET /nowhere", GUARDED)]).await;
}

fn all_kinds_of_routes() -> Router {
    players()
        .route_service("/service", get("open"))
        .nest_service("/files", get("open"))
        .nest("/nested", open())
        .merge(open())
}

#[tokio::test]
async fn a_layer_at_the_end_guards_every_kind_of_route() {
    for (app, unknown) in [
        (all_kinds_of_routes().layer(layer()), GUARDED),
        (all_kinds_of_routes().route_layer(layer()), NO_PATH),
    ] {
        assert_without_token(
            &app,
            [
                ("GET /me", GUARDED),
                ("HEAD /me", GUARDED),
                ("GET /open", GUARDED),
                ("GET /service", GUARDED),
                ("GET /files", GUARDED),
                ("GET /files/", GUARDED),
                ("GET /files/a/b", GUARDED),
                ("GET /nested/open", GUARDED),
                ("GET /nowhere", unknown),
            ],
        )
        .await;
    }
}

#[test]
#[should_panic(expected = "Adding a route_layer before any routes is a no-op")]
fn route_layer_before_any_route_panics() {
    let _: Router = Router::new().route_layer(layer());
}
