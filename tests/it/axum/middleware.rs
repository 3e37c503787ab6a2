//! The extractors in axum middleware between the layer and handlers without claims.

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_extractor, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, SequenceClaims};

use super::{EMAIL, call, with_bearer, without_token};
use crate::support::{ISSUER, layer};

/// Asserts that only a token passes: a request without one is refused, also behind an optional layer.
async fn assert_guarded(app: impl Fn(SequenceAuthLayer) -> Router) {
    for auth in [layer(), layer().optional()] {
        let app = app(auth);
        let token = ISSUER.token().mint();
        call(&app, with_bearer("/", &token)).await.assert_ok("in");
        let reply = call(&app, without_token("/")).await;
        reply.assert_refused(Kind::MissingToken);
    }
}

#[tokio::test]
async fn from_extractor_guards_routes() {
    assert_guarded(|auth| {
        Router::new()
            .route("/", get("in"))
            .route_layer(from_extractor::<SequenceClaims>())
            .layer(auth)
    })
    .await;
}

#[tokio::test]
async fn from_fn_guards_routes() {
    async fn guard(_: SequenceClaims, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    assert_guarded(|auth| {
        Router::new()
            .route("/", get("in"))
            .route_layer(from_fn(guard))
            .layer(auth)
    })
    .await;
}

async fn admit(
    State(admitted): State<&'static str>,
    claims: Option<SequenceClaims>,
    request: Request,
    next: Next,
) -> Response {
    let email = claims.as_ref().and_then(SequenceClaims::email);
    if email == Some(admitted) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[tokio::test]
async fn middleware_with_state_sees_claims() {
    let app = |admitted| {
        Router::new()
            .route("/", get("in"))
            .route_layer(from_fn_with_state(admitted, admit))
            .layer(layer().optional())
    };
    let token = ISSUER.token().mint();
    let with_token = || with_bearer("/", &token);
    call(&app(EMAIL), with_token()).await.assert_ok("in");
    for reply in [
        call(&app("ann@example.com"), with_token()).await,
        call(&app(EMAIL), without_token("/")).await,
    ] {
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
}
