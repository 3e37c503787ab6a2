//! Where a request may carry its token.

pub(crate) mod bearer;
pub(crate) mod json_body;
