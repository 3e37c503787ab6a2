//! An extractor of axum that fetches its keys once.
//!
//! It checks RS256 (as the key says), audience and expiry. It cannot check the issuer. It uses `jsonwebtoken` 9, with
//! ring's RSA.

use axum::{
    Router,
    extract::FromRef,
    response::{IntoResponse, Response},
    routing::get,
};
use axum_jwks::{Claims, Jwks, ParseTokenClaims, TokenError};
use http::StatusCode;

use super::{Contender, bare_router, claims::Player};
use crate::Stage;

#[derive(Clone, FromRef)]
struct AppState {
    jwks: Jwks,
}

pub(super) struct Refusal;

impl ParseTokenClaims for Player {
    type Rejection = Refusal;
}

impl From<TokenError> for Refusal {
    fn from(_: TokenError) -> Self {
        Self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

pub(super) async fn contender(stage: &Stage) -> Contender {
    let jwks = Jwks::from_oidc_url(&stage.discovery_url(), Some(&stage.audience()))
        .await
        .expect("the issuer is there");
    let router = Router::new().route("/", get(async |_: Claims<Player>| ()));
    let router = router.with_state(AppState { jwks });
    Contender::new("axum-jwks", router, bare_router()).without_issuer_check()
}
