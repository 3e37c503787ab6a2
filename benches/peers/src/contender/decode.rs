//! `jsonwebtoken::decode` alone, with strict settings and a given key: without a library around it, without choosing
//! the key by `kid`, and with an empty refusal.

use std::{convert::Infallible, sync::Arc};

use axum::body::Body;
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use tower::service_fn;

use super::{Contender, claims::Player, inner};
use crate::Stage;

pub(super) fn contender(stage: &Stage) -> Contender {
    let jwks: JwkSet = serde_json::from_str(&stage.issuer().jwks()).expect("it is a key set");
    let key = DecodingKey::from_jwk(&jwks.keys[0]).expect("an RSA key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[stage.audience()]);
    validation.set_issuer(&[stage.issuer().url()]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    let settings = Arc::new((key, validation));
    let check = move |request: Request<Body>| {
        let settings = Arc::clone(&settings);
        async move {
            let (key, validation) = &*settings;
            let is_good = bearer(&request)
                .is_some_and(|token| decode::<Player>(token, key, validation).is_ok());
            let mut response = Response::new(Body::empty());
            if !is_good {
                *response.status_mut() = StatusCode::UNAUTHORIZED;
            }
            Ok::<_, Infallible>(response)
        }
    };
    Contender::new("jsonwebtoken", service_fn(check), service_fn(inner)).variant("decode alone")
}

fn bearer(request: &Request<Body>) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    header.strip_prefix("Bearer ")
}
