//! The bodies that go through: what the inner service sees, and what the caller does.

mod collect;
mod replay;
mod request_body;
mod response_body;

pub(crate) use collect::Extent;
pub use {request_body::RequestBody, response_body::ResponseBody};
