//! The layer among other services and in servers.

mod answers;
mod axum;
pub(crate) mod builder;
mod early_refusal;
pub(crate) mod hyper;
mod readiness;
