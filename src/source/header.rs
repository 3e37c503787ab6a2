//! The `Authorization: Bearer` header (RFC 6750 §2.1).

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use crate::error::{AuthError, AuthErrorKind};

const SCHEME: &str = "Bearer";

/// Finds the bearer token; other schemes are not ours, so that another source may hold one.
pub(crate) fn find(headers: &HeaderMap) -> Result<Option<&[u8]>, AuthErrorKind> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(AuthErrorKind::RepeatedAuthorization);
    }
    credentials(value)
}

/// Says what is wrong with credentials that were refused: the header is, if no token at all could look like that.
/// What has the form of a token is spared this second look at every byte.
pub(crate) fn blame(text: &[u8], error: AuthError) -> AuthError {
    if error.kind().leaves_form_open() && !is_b64token(text) {
        return AuthErrorKind::MalformedAuthorization.into();
    }
    error
}

/// Keeps the bearer token out of whatever prints headers after us.
pub(crate) fn mark_sensitive(headers: &mut HeaderMap) {
    if let Some(value) = headers.get_mut(AUTHORIZATION) {
        value.set_sensitive(true);
    }
}

fn credentials(value: &HeaderValue) -> Result<Option<&[u8]>, AuthErrorKind> {
    let value = value.as_bytes().trim_ascii();
    let scheme_end = value.iter().position(|byte| !is_tchar(*byte));
    let (scheme, token) = value.split_at(scheme_end.unwrap_or(value.len()));
    if !scheme.eq_ignore_ascii_case(SCHEME.as_bytes()) {
        return Ok(None);
    }
    let spaces = token.iter().take_while(|byte| **byte == b' ').count();
    let token = &token[spaces..];
    if spaces == 0 {
        return Err(AuthErrorKind::MalformedAuthorization);
    }
    Ok(Some(token))
}

// RFC 9110 §5.6.2: the characters of a scheme's name.
pub(crate) fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

// RFC 6750 §2.1: the characters of a `b64token`. Without a branch for each byte, so that many of them are
// looked at in one step.
fn is_b64token(text: &[u8]) -> bool {
    text.iter().fold(true, |so_far, &byte| {
        // One bit tells the upper from the lower case; from `-` to `9` there are `.`, `/` and the digits.
        let is_letter = (byte | 0x20).is_ascii_lowercase();
        let is_other = (b'-'..=b'9').contains(&byte) | matches!(byte, b'_' | b'~' | b'+' | b'=');
        so_far & (is_letter | is_other)
    })
}
