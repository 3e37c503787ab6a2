//! A token in its compact form (JWS, RFC 7515 §7.1): its parts, its header and its signature.

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

/// The encoded parts of a token.
pub(crate) struct Token<'a> {
    signing_input: &'a [u8],
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Token<'a> {
    /// Splits a token at its dots (RFC 7515 §7.1).
    pub(crate) fn split(text: &'a [u8]) -> Result<Self, AuthErrorKind> {
        if text.len() > LIMIT_TOKEN_BYTES {
            return Err(AuthErrorKind::TokenTooLarge);
        }
        let (signing_input, signature) = split_last(text)?;
        // A third dot ends up in the header, and is refused there as invalid base64url.
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

    /// Returns the encoded header, not checked.
    pub(crate) fn header(&self) -> &'a [u8] {
        self.header
    }

    /// Returns `true` if `text` begins with the header bytes that the issuer with this algorithm writes. This selects
    /// an issuer without parsing JSON. The issuer then checks the [`alg`](Self::key_id).
    pub(crate) fn starts_as(text: &[u8], algorithm: Algorithm) -> bool {
        text.first_chunk() == Some(header::issuer_start(algorithm))
    }

    /// Checks the header, and returns the key ID (`kid`).
    pub(crate) fn key_id(&self, algorithm: Algorithm) -> Result<String, AuthErrorKind> {
        let text = String::from_utf8(decode(self.header)?);
        let text = text.map_err(|_| AuthErrorKind::MalformedToken)?;
        header::read_key_id(text, algorithm)
    }

    /// Decodes the payload without a check of the signature. The result is untrusted, and serves only for a hint to the
    /// operator.
    pub(crate) fn unverified_payload(&self) -> Option<Vec<u8>> {
        base64url::decode(self.payload)
    }

    /// Decodes the payload and the signature. The payload is untrusted until the signature is checked.
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

/// Returns the refusal of an oversized header. A header with a dot means that the token has too many parts.
fn too_large(header: &[u8]) -> AuthErrorKind {
    match memchr(b'.', header) {
        Some(_) => AuthErrorKind::MalformedToken,
        None => AuthErrorKind::HeaderTooLarge,
    }
}

fn decode(part: &[u8]) -> Result<Vec<u8>, AuthErrorKind> {
    base64url::decode(part).ok_or(AuthErrorKind::MalformedToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_header(header: impl AsRef<[u8]>) -> String {
        format!("{}.e30.AA", base64url::encode(header))
    }

    fn key_id(text: &str) -> Result<String, AuthErrorKind> {
        let token = Token::split(text.as_bytes()).expect("three parts");
        token.key_id(Algorithm::Es256)
    }

    #[test]
    fn token_starts_as_those_of_its_algorithm_alone() {
        let rs256 = with_header(r#"{"alg":"RS256","kid":"a","typ":"JWT"}"#);
        let es256 = with_header(r#"{"alg":"ES256","kid":"a","typ":"JWT"}"#);
        let starts_as = |text: &str| {
            [Algorithm::Rs256, Algorithm::Es256].map(|alg| Token::starts_as(text.as_bytes(), alg))
        };
        assert_eq!(starts_as(&rs256), [true, false]);
        assert_eq!(starts_as(&es256), [false, true]);
        for header in [
            r#"{"kid":"a","alg":"ES256","typ":"JWT"}"#,
            r#"{"alg":"ES256"}"#,
            r#"{"alg":"ES256K","kid":"a","typ":"JWT"}"#,
            r#"{"alg":"HS256","kid":"a","typ":"JWT"}"#,
            r#"{"alg": "ES256","kid":"a","typ":"JWT"}"#,
        ] {
            assert_eq!(starts_as(&with_header(header)), [false; 2], "{header}");
        }
        assert_eq!(starts_as(""), [false; 2]);
        assert_eq!(starts_as(&es256[..19]), [false; 2]);
        assert_eq!(starts_as(&es256[..20]), [false, true]);
    }

    #[test]
    fn key_id_is_read_of_any_header_that_is_well_formed() {
        let header = r#"{"kid":"a","alg":"ES256"}"#;
        assert_eq!(key_id(&with_header(header)), Ok("a".to_owned()));
        let none = with_header(r#"{"alg":"none"}"#);
        assert_eq!(key_id(&none), Err(AuthErrorKind::UnsupportedAlgorithm));
        let array = with_header("[]");
        assert_eq!(key_id(&array), Err(AuthErrorKind::MalformedHeader));
        for text in [
            ".e30.AA".to_owned(),
            "e30=.e30.AA".to_owned(),
            "e30.e30.e30.AA".to_owned(),
            with_header(b"{\"alg\":\"ES256\",\"kid\":\"\xff\"}"),
        ] {
            assert_eq!(key_id(&text), Err(AuthErrorKind::MalformedToken), "{text}");
        }
    }
}
