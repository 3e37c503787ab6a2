//! A compact JWS, split into its parts and checked as far as no key is needed.

mod header;

use std::fmt;

use memchr::memrchr;

use crate::{base64url, error::AuthErrorKind};

// The issuer's tokens have 700 to 1,200 bytes; custom claims may add some.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A token whose form and header are in order; its signature is not yet checked.
pub(crate) struct Token<'a> {
    signing_input: &'a [u8],
    key_id: String,
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Token<'a> {
    /// Splits `text` (RFC 7515 §7.1), and checks its header and the form of the rest, which is not decoded
    /// before it is worth the work.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, AuthErrorKind> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(AuthErrorKind::TokenTooLarge);
        }
        let (signing_input, signature) = split_last(text)?;
        // A fourth part would be in the header, and a dot is not in the alphabet.
        let (header, payload) = split_last(signing_input)?;
        check_form(header)?;
        let key_id = header::read_key_id(decode_text(header)?)?;
        check_form(payload)?;
        check_form(signature)?;
        Ok(Self {
            signing_input,
            key_id,
            payload,
            signature,
        })
    }

    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Returns what the signature is over: the first two parts and the dot between them.
    pub(crate) fn signing_input(&self) -> &'a [u8] {
        self.signing_input
    }

    /// Decodes the signature, if it has as many bytes as one by the key must have.
    pub(crate) fn signature(&self, bytes: usize) -> Option<Vec<u8>> {
        if base64::encoded_len(bytes, false) != Some(self.signature.len()) {
            return None;
        }
        base64url::decode(self.signature)
    }

    /// Decodes the claims, which nobody has vouched for until the signature is checked.
    pub(crate) fn payload(&self) -> Result<String, AuthErrorKind> {
        decode_text(self.payload)
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").finish_non_exhaustive()
    }
}

fn split_last(text: &[u8]) -> Result<(&[u8], &[u8]), AuthErrorKind> {
    let dot = memrchr(b'.', text).ok_or(AuthErrorKind::MalformedToken)?;
    Ok((&text[..dot], &text[dot + 1..]))
}

/// Sees to it that a part holds something and can be decoded.
fn check_form(part: &[u8]) -> Result<(), AuthErrorKind> {
    base64url::is_valid(part)
        .then_some(())
        .ok_or(AuthErrorKind::MalformedToken)
}

fn decode_text(part: &[u8]) -> Result<String, AuthErrorKind> {
    base64url::decode(part)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(AuthErrorKind::MalformedToken)
}
