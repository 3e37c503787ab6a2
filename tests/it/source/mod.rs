//! Where a request may carry its token.

pub(crate) mod bearer;
mod id_token;
pub(crate) mod json_body;
