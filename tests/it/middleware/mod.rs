//! The layer among services and servers: readiness, answers, axum and hyper.

mod answers;
mod axum;
pub(crate) mod builder;
mod early_refusal;
pub(crate) mod hyper;
mod readiness;
