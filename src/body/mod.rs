//! The request body for the inner service, and the response body for the caller.

mod collect;
mod replay;
mod request_body;
mod response_body;

pub(crate) use collect::Extent;
pub use {request_body::RequestBody, response_body::ResponseBody};
