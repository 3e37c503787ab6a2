//! The Tower side: the layer, its settings, its service and future, and the responses to refused requests.

mod answer;
mod application_settings;
mod assemble;
mod builder;
#[cfg(feature = "http")]
mod from_env;
mod future;
mod grpc;
mod grpc_web;
mod issuer_settings;
mod key_refresh_settings;
mod key_source_settings;
mod key_timing;
mod layer;
mod lifecycle;
mod protocol;
mod rejected_request;
mod request_settings;
mod service;
mod setting_checks;
mod token_settings;

#[cfg(feature = "axum")]
pub(crate) use answer::{AnonymousAnswer, http_answer};
pub use {
    builder::SequenceAuthLayerBuilder, future::ResponseFuture, layer::SequenceAuthLayer,
    rejected_request::RejectedRequest, service::SequenceAuth,
};
