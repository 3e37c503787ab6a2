//! The layer among other services and in servers.

mod answers;
mod axum;
pub(crate) mod builder;
pub(crate) mod hyper;
mod readiness;
