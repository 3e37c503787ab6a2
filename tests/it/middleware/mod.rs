//! The layer among other services and in servers.

mod answers;
pub(crate) mod builder;
pub(crate) mod hyper;
mod readiness;
