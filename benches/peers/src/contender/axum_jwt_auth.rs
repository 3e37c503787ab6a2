//! An extractor of axum that fetches its keys in the background.
//!
//! It checks everything required: RS256, issuer, audience, expiry. Its dependency on `jsonwebtoken` enables RSA in pure
//! Rust. For aws-lc-rs, the user enables and installs it as well.

use std::sync::Arc;

use axum::{Router, extract::FromRef, routing::get};
use axum_jwt_auth::{Claims, Decoder, RemoteJwksDecoder};
use jsonwebtoken_10::{Algorithm, Validation};

use super::{Contender, bare_router, claims::Player};
use crate::Stage;

#[derive(Clone, FromRef)]
struct AppState {
    decoder: Decoder<Player>,
}

pub(super) async fn contender(stage: &Stage) -> Contender {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[stage.audience()]);
    validation.set_issuer(&[stage.issuer().url()]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    let decoder = RemoteJwksDecoder::builder()
        .jwks_url(stage.jwks_url())
        .validation(validation)
        .build()
        .expect("the settings are right");
    decoder.initialize().await.expect("the issuer is there");
    let state = AppState {
        decoder: Arc::new(decoder),
    };
    let router = Router::new().route("/", get(async |_: Claims<Player>| ()));
    Contender::new("axum-jwt-auth", router.with_state(state), bare_router())
}
