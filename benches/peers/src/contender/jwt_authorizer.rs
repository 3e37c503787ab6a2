//! A layer that fetches its keys with the first request.
//!
//! It checks everything required: RS256, issuer, audience, expiry. It uses `jsonwebtoken` 9, with ring's RSA.

use std::convert::Infallible;

use axum_core_04::body::Body;
use http::{Request, Response};
use jwt_authorizer::{Authorizer, IntoLayer as _, JwtAuthorizer, Validation};
use tower::{Layer as _, service_fn};

use super::{Contender, claims::Player};
use crate::Stage;

pub(super) async fn contender(stage: &Stage) -> Contender {
    let validation = Validation::new()
        .iss(&[stage.issuer().url()])
        .aud(&[stage.audience()])
        .algs(vec![jsonwebtoken_9::Algorithm::RS256]);
    let authorizer: Authorizer<Player> = JwtAuthorizer::from_jwks_url(&stage.jwks_url())
        .validation(validation)
        .build()
        .await
        .expect("the settings are right");
    let layer = authorizer.into_layer();
    Contender::new(
        "jwt-authorizer",
        layer.layer(service_fn(inner)),
        service_fn(inner),
    )
}

/// The service behind, with the body of its axum, which is 0.7.
async fn inner<B>(_: Request<B>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::empty()))
}
