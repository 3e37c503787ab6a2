//! A compact JWS, split into its parts and checked as far as no key is needed.

use std::{fmt, str::FromStr};

use jsonwebtoken::Algorithm;
use serde::de::{IgnoredAny, MapAccess};

use crate::{
    base64url,
    error::AuthErrorKind,
    json::{self, Members, Text},
};

// The issuer's tokens have 700 to 1,200 bytes; custom claims may add some.
pub(crate) const MAX_TOKEN_BYTES: usize = 8 * 1024;
const MAX_KEY_ID_BYTES: usize = 128;

/// A token whose form and header are in order; its signature is not yet checked.
pub(crate) struct Token<'a> {
    text: &'a str,
    signing_input: &'a str,
    key_id: String,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    /// Splits `text` (RFC 7515 §7.1), and checks its header and the form of the rest, which is not decoded
    /// before it is worth the work.
    pub(crate) fn parse(text: &'a str) -> Result<Self, AuthErrorKind> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(AuthErrorKind::TokenTooLarge);
        }
        let (signing_input, signature) = split_last(text)?;
        // A fourth part would be in the header, and a dot is not in the alphabet.
        let (header, payload) = split_last(signing_input)?;
        let key_id = read_header(&decode_text(header)?)?;
        if !base64url::is_valid(payload) || !base64url::is_valid(signature) {
            return Err(AuthErrorKind::MalformedToken);
        }
        Ok(Self {
            text,
            signing_input,
            key_id,
            payload,
            signature,
        })
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Returns what the signature is over: the first two parts and the dot between them.
    pub(crate) fn signing_input(&self) -> &'a str {
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

fn split_last(text: &str) -> Result<(&str, &str), AuthErrorKind> {
    text.rsplit_once('.').ok_or(AuthErrorKind::MalformedToken)
}

fn decode_text(part: &str) -> Result<String, AuthErrorKind> {
    base64url::decode(part)
        .filter(|bytes| !bytes.is_empty())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(AuthErrorKind::MalformedToken)
}

/// Checks the header (RFC 7515 §4) and returns its `kid`.
fn read_header(text: &str) -> Result<String, AuthErrorKind> {
    let header = json::read(text, Header::default()).map_err(|_| AuthErrorKind::MalformedHeader)?;
    if header.algorithm != Some(Algorithm::RS256) {
        return Err(AuthErrorKind::UnsupportedAlgorithm);
    }
    if header.other_type {
        return Err(AuthErrorKind::UnsupportedType);
    }
    if header.extended {
        return Err(AuthErrorKind::UnsupportedExtension);
    }
    header
        .key_id
        .filter(|key_id| (1..=MAX_KEY_ID_BYTES).contains(&key_id.len()))
        .ok_or(AuthErrorKind::MissingKeyId)
}

#[derive(Default)]
struct Header {
    algorithm: Option<Algorithm>,
    key_id: Option<String>,
    other_type: bool,
    extended: bool,
}

impl<'de> Members<'de> for Header {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => {
                let Text(algorithm) = map.next_value()?;
                self.algorithm = Algorithm::from_str(&algorithm).ok();
            }
            "kid" => {
                let Text(key_id) = map.next_value()?;
                self.key_id = Some(key_id.into_owned());
            }
            "typ" => {
                let Text(media_type) = map.next_value()?;
                self.other_type = !media_type.eq_ignore_ascii_case("JWT");
            }
            // Each changes how the rest is to be read, and we do not: RFC 7515 §4.1.11 (`crit`),
            // RFC 7797 §3 (`b64`), RFC 7516 §4.1.3 (`zip`).
            "crit" | "b64" | "zip" => {
                map.next_value::<IgnoredAny>()?;
                self.extended = true;
            }
            // `jku`, `jwk`, `x5u` and `x5c` among them: a key comes from the issuer, never from here.
            _ => return Ok(false),
        }
        Ok(true)
    }
}
