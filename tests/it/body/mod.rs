//! The body of a request is read up to a limit, and passed on as it came.

mod limits;
mod pass_through;
mod properties;

use crate::support::ISSUER;

/// A good body of exactly some bytes.
pub(crate) fn body_of(bytes: usize) -> String {
    let token = ISSUER.token().mint();
    let frame = format!(r#"{{"sequenceToken":"{token}","fill":""}}"#).len();
    let fill = "x".repeat(bytes - frame);
    format!(r#"{{"sequenceToken":"{token}","fill":"{fill}"}}"#)
}
