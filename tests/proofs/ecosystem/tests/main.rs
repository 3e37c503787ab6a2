//! The layer in stacks of tower and tower-http, in gRPC and gRPC-Web servers of tonic, on a connection of HTTP/2, and
//! fetching keys over TLS.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod cors;
mod csrf;
mod grpc;
mod grpc_services;
mod grpc_stream;
mod grpc_web;
mod grpc_web_server;
mod http2;
mod nonces_and_retries;
mod recommended_stack;
mod support;
mod tls;
mod tower_http;
mod tower_http_versions;
mod traced_headers;
mod traced_refusals;
