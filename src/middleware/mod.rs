//! The Tower side: layer → service → future, and the answers to refused requests.

mod answer;
mod assemble;
mod builder;
mod future;
mod grpc;
mod issuer_settings;
mod key_timing;
mod layer;
mod service;
mod setting_checks;

pub use {
    builder::SequenceAuthLayerBuilder, future::ResponseFuture, layer::SequenceAuthLayer,
    service::SequenceAuth,
};
