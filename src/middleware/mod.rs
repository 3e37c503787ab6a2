//! The Tower side: layer → service → future, and the answers to refused requests.

mod answer;
mod assemble;
mod builder;
#[cfg(feature = "http")]
mod from_env;
mod future;
mod grpc;
mod grpc_web;
mod issuer_settings;
mod key_timing;
mod layer;
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
