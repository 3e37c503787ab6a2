//! A compact JWS, split into its parts and checked as far as no key is needed.

mod header;
mod public_key;

use std::fmt;

use memchr::{memchr, memrchr};

pub(crate) use {
    header::usual,
    public_key::{Fingerprint, RsaComponents, VerifyingKey},
};

use crate::{encoding::base64url, error::AuthErrorKind};

// The issuer's tokens have 700 to 1,200 bytes; custom claims may add some.
pub(crate) const MAX_TOKEN_BYTES: usize = 8 * 1024;

// The issuer's headers have 83 characters: an algorithm, a type, and the name of a key.
const MAX_HEADER_BYTES: usize = 1024;

/// What the largest key signs with, one of 8192 bits.
pub(crate) const MAX_SIGNATURE_BYTES: usize = 1024;

/// The parts of a token as they came.
pub(crate) struct Token<'a> {
    signing_input: &'a [u8],
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Token<'a> {
    /// Splits `text` (RFC 7515 §7.1).
    pub(crate) fn split(text: &'a [u8]) -> Result<Self, AuthErrorKind> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(AuthErrorKind::TokenTooLarge);
        }
        let (signing_input, signature) = split_last(text)?;
        // A fourth part would be in the header, and a dot is not in the alphabet.
        let (header, payload) = split_last(signing_input)?;
        if header.len() > MAX_HEADER_BYTES {
            return Err(too_large(header));
        }
        Ok(Self {
            signing_input,
            header,
            payload,
            signature,
        })
    }

    /// Returns the header as it came, encoded and not checked.
    pub(crate) fn header(&self) -> &'a [u8] {
        self.header
    }

    /// Checks the header, and returns the id of the key that it names.
    pub(crate) fn key_id(&self) -> Result<String, AuthErrorKind> {
        header::read_key_id(into_text(decode(self.header)?)?)
    }

    /// Decodes the rest, which nobody has vouched for until the signature is checked.
    pub(crate) fn decode<'b>(
        &self,
        buffer: &'b mut SignatureBuffer,
    ) -> Result<Signed<'a, 'b>, AuthErrorKind> {
        Ok(Signed {
            message: self.signing_input,
            payload: decode(self.payload)?,
            signature: self.signature(buffer)?,
        })
    }

    fn signature<'b>(
        &self,
        buffer: &'b mut SignatureBuffer,
    ) -> Result<Option<&'b [u8]>, AuthErrorKind> {
        if Some(self.signature.len()) > base64::encoded_len(MAX_SIGNATURE_BYTES, false) {
            return decode(self.signature).map(|_| None);
        }
        let signature = base64url::decode_into(buffer, self.signature);
        signature.map(Some).ok_or(AuthErrorKind::MalformedToken)
    }
}

/// Where a signature is decoded: it is needed for no longer than it takes to check it.
pub(crate) type SignatureBuffer = [u8; MAX_SIGNATURE_BYTES];

/// What is signed, and the signature.
pub(crate) struct Signed<'a, 'b> {
    /// What the signature is over: the first two parts and the dot between them.
    pub(crate) message: &'a [u8],
    /// `None` if it is larger than that of any key.
    pub(crate) signature: Option<&'b [u8]>,
    payload: Vec<u8>,
}

impl Signed<'_, '_> {
    /// Returns the claims, in JSON.
    pub(crate) fn into_claims(self) -> Result<String, AuthErrorKind> {
        into_text(self.payload)
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

/// Says what a header is that is not read: none at all, if it is several parts.
fn too_large(header: &[u8]) -> AuthErrorKind {
    match memchr(b'.', header) {
        Some(_) => AuthErrorKind::MalformedToken,
        None => AuthErrorKind::HeaderTooLarge,
    }
}

fn decode(part: &[u8]) -> Result<Vec<u8>, AuthErrorKind> {
    base64url::decode(part).ok_or(AuthErrorKind::MalformedToken)
}

fn into_text(part: Vec<u8>) -> Result<String, AuthErrorKind> {
    String::from_utf8(part).map_err(|_| AuthErrorKind::MalformedToken)
}
