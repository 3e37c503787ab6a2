//! The endpoint that stands in for an issuer's keys.

pub(crate) mod endpoint;
