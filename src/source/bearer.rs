//! The `Authorization: Bearer` header (RFC 6750 §2.1).

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use super::headers::is_token_char;
use crate::{defaults::LIMIT_TOKEN_BYTES, error::AuthErrorKind};

const SCHEME: &[u8] = b"Bearer";

/// How much white space there may be before the scheme, and around a token of the largest size.
const MAX_PADDING: usize = 64;

/// Finds the bearer token. With another scheme, another source may hold the token.
pub(super) fn find(headers: &HeaderMap) -> Result<Option<&[u8]>, AuthErrorKind> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(AuthErrorKind::RepeatedAuthorization);
    }
    credentials(value)
}

pub(super) fn mark_sensitive(headers: &mut HeaderMap) {
    if let Some(value) = headers.get_mut(AUTHORIZATION) {
        value.set_sensitive(true);
    }
}

/// Returns the refusal of a token that was refused as `kind`: the header is malformed (400) if it holds what no
/// token could hold (RFC 6750 §2.1). A token of which every byte was checked is spared this second look.
pub(super) fn refusal(token: &[u8], kind: AuthErrorKind) -> AuthErrorKind {
    if kind.leaves_form_open() && !is_b64token(token) {
        return AuthErrorKind::MalformedAuthorization;
    }
    kind
}

/// Tells the scheme from the first bytes, and looks at no more of a value than a token may have.
fn credentials(value: &HeaderValue) -> Result<Option<&[u8]>, AuthErrorKind> {
    let value = trim_start(value.as_bytes())?;
    let Some((scheme, rest)) = value.split_at_checked(SCHEME.len()) else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case(SCHEME) || rest.first().is_some_and(|byte| is_token_char(*byte))
    {
        return Ok(None);
    }
    let Some(token) = rest.strip_prefix(b" ") else {
        return Err(AuthErrorKind::MalformedAuthorization);
    };
    if token.len() > LIMIT_TOKEN_BYTES + MAX_PADDING {
        return Err(too_long(token));
    }
    let token = token.trim_ascii_end();
    let spaces = token.iter().take_while(|byte| **byte == b' ').count();
    if spaces == token.len() {
        return Err(AuthErrorKind::MalformedAuthorization);
    }
    Ok(Some(&token[spaces..]))
}

/// Tells an oversized value that is white space alone from a token that is too large, by its first bytes and its
/// last one.
fn too_long(token: &[u8]) -> AuthErrorKind {
    let (start, rest) = token.split_at(MAX_PADDING);
    if start.iter().chain(rest.last()).all(|byte| *byte == b' ') {
        AuthErrorKind::MalformedAuthorization
    } else {
        AuthErrorKind::TokenTooLarge
    }
}

fn trim_start(value: &[u8]) -> Result<&[u8], AuthErrorKind> {
    let (start, rest) = value.split_at(value.len().min(MAX_PADDING));
    let space = start.len() - start.trim_ascii_start().len();
    if space == start.len() && !rest.is_empty() {
        return Err(AuthErrorKind::MalformedAuthorization);
    }
    Ok(&value[space..])
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
