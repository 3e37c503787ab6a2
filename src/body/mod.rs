//! The bodies that go through: what the inner service sees, and what the caller does.

mod request_body;
mod response_body;

pub(crate) use request_body::Extent;
pub use {request_body::RequestBody, response_body::ResponseBody};
