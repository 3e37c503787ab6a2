//! The layer in stacks of tower-http, and in a gRPC server of tonic.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod grpc;
mod support;
mod tower_http;
