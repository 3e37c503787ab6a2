//! The layer reads the body of a request up to a limit, and passes it on unchanged.

mod limits;
mod pass_through;
mod properties;

use crate::support::ISSUER;

/// A good body of exactly this many bytes.
pub(crate) fn body_of(bytes: usize) -> String {
    let token = ISSUER.token().mint();
    let frame = format!(r#"{{"sequenceToken":"{token}","fill":""}}"#).len();
    let fill = "x".repeat(bytes - frame);
    format!(r#"{{"sequenceToken":"{token}","fill":"{fill}"}}"#)
}
