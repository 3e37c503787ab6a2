//! Strict readers of what others encoded: JSON objects and base64url.

pub(crate) mod base64url;
pub(crate) mod json;
