//! Credentials in a header field (RFC 9110 §11.4): a scheme and a token.

use super::headers::is_token_char;
use crate::{defaults::LIMIT_TOKEN_BYTES, error::AuthErrorKind};

const SCHEME: &[u8] = b"Bearer";

/// The maximum white space before the scheme, and around a token of the maximum size.
const MAX_PADDING: usize = 64;

/// The reason why a value is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Malformed,
    TooLarge,
}

impl Unfit {
    /// Returns the kind of the refusal. `malformed` is the kind for a malformed value of this source.
    pub(super) fn refusal(self, malformed: AuthErrorKind) -> AuthErrorKind {
        match self {
            Self::Malformed => malformed,
            Self::TooLarge => AuthErrorKind::TokenTooLarge,
        }
    }
}

/// Returns the token after the scheme `Bearer`, or `None` if the value has another scheme or none. The first bytes
/// decide the scheme, and at most the maximum size of a token is read: a long header does not cost more.
pub(super) fn bearer_token(value: &[u8]) -> Result<Option<&[u8]>, Unfit> {
    let value = trim_start(value)?;
    let Some((scheme, rest)) = value.split_at_checked(SCHEME.len()) else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case(SCHEME) || rest.first().is_some_and(|byte| is_token_char(*byte))
    {
        return Ok(None);
    }
    let token = rest.strip_prefix(b" ").ok_or(Unfit::Malformed)?;
    let token = bare_token(token)?;
    token.map(Some).ok_or(Unfit::Malformed)
}

/// Returns the value without the spaces around it, or `None` if it is blank.
pub(super) fn bare_token(value: &[u8]) -> Result<Option<&[u8]>, Unfit> {
    if value.len() > LIMIT_TOKEN_BYTES + MAX_PADDING {
        return Err(too_long(value));
    }
    let spaces = value.iter().take_while(|byte| **byte == b' ').count();
    let token = value[spaces..].trim_ascii_end();
    Ok((!token.is_empty()).then_some(token))
}

/// Decides whether an oversized value is blank or a token that is too large. Only the first bytes and the last byte are
/// read.
fn too_long(value: &[u8]) -> Unfit {
    let (start, rest) = value.split_at(MAX_PADDING);
    if start.iter().chain(rest.last()).all(|byte| *byte == b' ') {
        Unfit::Malformed
    } else {
        Unfit::TooLarge
    }
}

fn trim_start(value: &[u8]) -> Result<&[u8], Unfit> {
    let (start, rest) = value.split_at(value.len().min(MAX_PADDING));
    let space = start.len() - start.trim_ascii_start().len();
    if space == start.len() && !rest.is_empty() {
        return Err(Unfit::Malformed);
    }
    Ok(&value[space..])
}

/// Returns the final kind for a token that was refused as `kind`. If the token has an invalid character (RFC 6750
/// §2.1), the request is malformed (§3.1). The characters are read only if the earlier checks did not cover every byte.
pub(super) fn refusal(
    token: &[u8],
    kind: AuthErrorKind,
    malformed: AuthErrorKind,
) -> AuthErrorKind {
    if kind.leaves_form_open() && !is_b64token(token) {
        return malformed;
    }
    kind
}

// RFC 6750 §2.1: the characters of a `b64token`. A loop without branches lets the compiler vectorize it.
fn is_b64token(text: &[u8]) -> bool {
    text.iter().fold(true, |so_far, &byte| {
        // The bit 0x20 maps upper case to lower case. The range from `-` to `9` also has `.`, `/` and the digits.
        let is_letter = (byte | 0x20).is_ascii_lowercase();
        let is_other = (b'-'..=b'9').contains(&byte) | matches!(byte, b'_' | b'~' | b'+' | b'=');
        so_far & (is_letter | is_other)
    })
}
