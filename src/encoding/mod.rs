//! Strict readers for untrusted encodings: JSON objects and base64url.

pub(crate) mod base64url;
pub(crate) mod json;
