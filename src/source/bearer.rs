//! The `Authorization: Bearer` header (RFC 6750 §2.1).

use http::{HeaderMap, header::AUTHORIZATION};

use super::credentials::bearer_token;
use crate::error::AuthErrorKind::{self, MalformedAuthorization, RepeatedAuthorization};

/// Finds the bearer token. A header with another scheme counts as empty.
pub(super) fn find(headers: &HeaderMap) -> Result<Option<&[u8]>, AuthErrorKind> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(RepeatedAuthorization);
    }
    bearer_token(value.as_bytes()).map_err(|unfit| unfit.refusal(MalformedAuthorization))
}

/// Returns the reason why this source is empty.
pub(super) fn absence(headers: &HeaderMap) -> &'static str {
    if headers.contains_key(AUTHORIZATION) {
        "the Authorization header has another scheme"
    } else {
        "there is no Authorization header"
    }
}
