//! Credentials in a header field (RFC 9110 §11.4): a scheme and a token.

use super::headers::is_token_char;
use crate::{defaults::LIMIT_TOKEN_BYTES, error::AuthErrorKind};

const SCHEME: &[u8] = b"Bearer";

/// How much white space there may be before the scheme, and around a token of the largest size.
const MAX_PADDING: usize = 64;

/// Why a value holds no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Malformed,
    TooLarge,
}

impl Unfit {
    /// Returns the refusal, where a malformed value is refused as `malformed`.
    pub(super) fn refusal(self, malformed: AuthErrorKind) -> AuthErrorKind {
        match self {
            Self::Malformed => malformed,
            Self::TooLarge => AuthErrorKind::TokenTooLarge,
        }
    }
}

/// Returns the token after the scheme `Bearer`, or `None` if the value has another scheme or none. Tells the scheme from
/// the first bytes, and looks at no more of a value than a token may have.
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

/// Returns what stands between spaces, or `None` if that is nothing.
pub(super) fn bare_token(value: &[u8]) -> Result<Option<&[u8]>, Unfit> {
    if value.len() > LIMIT_TOKEN_BYTES + MAX_PADDING {
        return Err(too_long(value));
    }
    let spaces = value.iter().take_while(|byte| **byte == b' ').count();
    let token = value[spaces..].trim_ascii_end();
    Ok((!token.is_empty()).then_some(token))
}

/// Tells an oversized value that is white space alone from a token that is too large, by its first bytes and its
/// last one.
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

/// Returns the refusal of a token that was refused as `kind`: the request is malformed (RFC 6750 §3.1) if the token
/// holds what no token could hold (§2.1). A token of which every byte was checked is spared this second look.
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
