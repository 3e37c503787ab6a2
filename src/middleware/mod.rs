//! The Tower side: layer → service → future, and the answers to refused requests.

mod answer;
mod build;
mod builder;
mod checks;
mod future;
mod grpc;
mod key_timing;
mod layer;
mod service;

pub use {
    builder::SequenceAuthLayerBuilder, future::ResponseFuture, layer::SequenceAuthLayer,
    service::SequenceAuth,
};
