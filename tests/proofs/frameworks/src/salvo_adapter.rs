//! The layer in salvo's adapter for tower.

use http_body_util::BodyExt;
use salvo::{Handler, http::ReqBody, prelude::TowerLayerCompat};
use sequence_auth::{RequestBody, SequenceAuthLayer};
use tower::{BoxError, ServiceBuilder};

/// Turns the layer into a hoop. Call this inside a Tokio runtime.
pub fn adapted(auth: SequenceAuthLayer) -> impl Handler {
    ServiceBuilder::new()
        .layer(auth)
        .map_request(|request: http::Request<RequestBody<ReqBody>>| request.map(body_for_salvo))
        .into_inner()
        .compat()
}

fn body_for_salvo(body: RequestBody<ReqBody>) -> ReqBody {
    ReqBody::Boxed {
        inner: Box::pin(body.map_err(BoxError::from)),
        fuse_config: None,
    }
}
