//! The layer in stacks of tower-http, in a gRPC server of tonic, and fetching keys over TLS.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod grpc;
mod support;
mod tls;
mod tower_http;
mod tower_http_versions;
