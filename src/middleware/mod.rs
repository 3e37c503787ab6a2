//! The Tower side: layer → service → future, and the answers to refused requests.

mod answer;
mod builder;
mod checks;
mod future;
mod grpc;
mod layer;
mod service;

pub use {
    builder::SequenceAuthLayerBuilder, future::ResponseFuture, layer::SequenceAuthLayer,
    service::SequenceAuth,
};
