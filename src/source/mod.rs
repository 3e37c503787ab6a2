//! Where in a request a token may be. Pure: nothing here reads a body or waits.

pub(crate) mod bearer;
mod headers;
pub(crate) mod json_body;

use http::{HeaderMap, Method};

pub(crate) use self::headers::{cookie_values, is_token_char, only_value};
use crate::error::AuthErrorKind;

/// Where a request holds its token.
pub(crate) enum Located<'a> {
    /// In the `Authorization` header; the body is not to be touched.
    Header(&'a [u8]),
    /// In the body, if anywhere.
    JsonBody,
    /// No source applies to this request.
    Nowhere,
}

/// Looks through the sources in their order: the bearer header, then the JSON body.
pub(crate) fn locate<'a>(
    method: &Method,
    headers: &'a HeaderMap,
) -> Result<Located<'a>, AuthErrorKind> {
    if let Some(token) = bearer::find(headers)? {
        return Ok(Located::Header(token));
    }
    if json_body::applies(method, headers) {
        return Ok(Located::JsonBody);
    }
    Ok(Located::Nowhere)
}
