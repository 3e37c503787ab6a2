//! The layer among other services and in servers.

mod answers;
pub(crate) mod builder;
mod documented_kinds;
mod from_env;
mod grpc_web;
pub(crate) mod hyper;
mod readiness;
mod rejected_request;
