//! The part that each issuer has for itself: a key, the endpoint that publishes it, and the endpoint's failures.

use axum::{
    Router,
    routing::{get, post},
};
use sequence_auth::testing::LocalIssuer;

use super::{discovery, failure::Failure, switches};

#[derive(Clone)]
pub(super) struct KeyEndpoint {
    pub(super) issuer: LocalIssuer,
    /// The key that signs its tokens.
    pub(super) algorithm: &'static str,
    pub(super) failure: Failure,
}

impl KeyEndpoint {
    pub(super) fn new(issuer: LocalIssuer, algorithm: &'static str) -> Self {
        Self {
            issuer,
            algorithm,
            failure: Failure::default(),
        }
    }

    /// Builds the routes below the issuer's URL.
    pub(super) fn router(self) -> Router {
        Router::new()
            .route("/.well-known/jwks.json", get(discovery::jwks))
            .route(
                "/.well-known/openid-configuration",
                get(discovery::configuration),
            )
            .route("/demo/state", get(switches::state))
            .route("/demo/rotate", post(switches::rotate))
            .route("/demo/fail", post(switches::fail))
            .with_state(self)
    }
}
