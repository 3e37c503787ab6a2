//! The layer in frameworks that have middleware of their own, and beside a rate limiter: the code that the guide shows.
//!
//! What does not compile, and why:
//!
//! salvo's adapter takes layers that leave its body type as it is.
//!
//! ```compile_fail,E0277
//! use salvo::{http::ReqBody, prelude::TowerLayerCompat};
//!
//! fn hoop(auth: sequence_auth::SequenceAuthLayer) -> impl salvo::Handler {
//!     auth.compat::<ReqBody>()
//! }
//! ```
//!
//! poem's adapter takes layers for requests of poem's own type.
//!
//! ```compile_fail,E0277
//! use poem::{EndpointExt, middleware::TowerLayerCompatExt};
//!
//! fn endpoint(auth: sequence_auth::SequenceAuthLayer) -> impl poem::Endpoint {
//!     poem::endpoint::make_sync(|_| "").with(auth.compat())
//! }
//! ```
//!
//! A limit of `tower_governor` answers with axum's body: outside the layer it needs a router between the two.
//!
//! ```compile_fail,E0277
//! use axum::{Router, routing::get};
//! use tower_governor::{GovernorLayer, governor::GovernorConfig};
//!
//! fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//!     let limit = GovernorLayer::new(GovernorConfig::default());
//!     let layers = tower::ServiceBuilder::new().layer(limit).layer(auth);
//!     Router::new().route("/", get("")).layer(layers)
//! }
//! ```

pub mod poem_middleware;
pub mod rate_limits;
pub mod salvo_adapter;
pub mod salvo_hoop;
pub mod warp_service;
