//! A token in its compact form (JWS, RFC 7515 §7.1): its parts, its header, and the signature over both.

mod algorithm;
mod header;
mod public_key;
mod signed;

use std::fmt;

use memchr::{memchr, memrchr};

use signed::Signature;
pub(crate) use {
    algorithm::Algorithm,
    header::issuer_header,
    public_key::{Fingerprint, KeyMaterial, PublicKey},
    signed::{MAX_SIGNATURE_BYTES, SignatureBuffer, Signed, VerifiedPayload},
};

use crate::{
    defaults::{LIMIT_HEADER_BYTES, LIMIT_TOKEN_BYTES},
    encoding::base64url,
    error::AuthErrorKind,
};

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
        if text.len() > LIMIT_TOKEN_BYTES {
            return Err(AuthErrorKind::TokenTooLarge);
        }
        let (signing_input, signature) = split_last(text)?;
        // More than two dots leave one in the header, where decoding refuses it.
        let (header, payload) = split_last(signing_input)?;
        if header.len() > LIMIT_HEADER_BYTES {
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
    pub(crate) fn key_id(&self, algorithm: Algorithm) -> Result<String, AuthErrorKind> {
        let header = String::from_utf8(decode(self.header)?);
        let header = header.map_err(|_| AuthErrorKind::MalformedToken)?;
        header::read_key_id(header, algorithm)
    }

    /// Decodes the payload and the signature, which nobody has vouched for until the signature is checked.
    pub(crate) fn decode<'b>(
        &self,
        buffer: &'b mut SignatureBuffer,
    ) -> Result<Signed<'a, 'b>, AuthErrorKind> {
        let payload = decode(self.payload)?;
        let signature = Signature::decode(self.signature, buffer)?;
        Ok(Signed::new(self.signing_input, payload, signature))
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
