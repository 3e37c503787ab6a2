//! The header of a token (RFC 7515 §4).

use std::ops::Range;

use serde::de::{IgnoredAny, MapAccess};

use super::algorithm::Algorithm;
use crate::{
    defaults::LIMIT_KEY_ID_BYTES,
    encoding::{
        base64url,
        json::{self, Members, Text},
    },
    error::AuthErrorKind,
};

/// Returns what an issuer writes before and after the `kid`.
const fn issuer_form(algorithm: Algorithm) -> (&'static str, &'static str) {
    match algorithm {
        Algorithm::Rs256 => (r#"{"alg":"RS256","kid":""#, r#"","typ":"JWT"}"#),
    }
}

/// Returns the header of the issuer's tokens by this key, byte for byte and as they hold it: encoded. `None` for a
/// key whose id JSON would have to escape.
pub(crate) fn issuer_header(algorithm: Algorithm, key_id: &str) -> Option<Vec<u8>> {
    let (before, after) = issuer_form(algorithm);
    let header = format!("{before}{key_id}{after}");
    is_plain(key_id).then(|| base64url::encode(header).into_bytes())
}

/// Returns `true` if a `kid` is in order, and stands in JSON as it is.
fn is_plain(key_id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LIMIT_KEY_ID_BYTES).contains(&key_id.len()) && key_id.bytes().all(is_plain)
}

/// Checks a header and returns its `kid`.
pub(super) fn read_key_id(mut text: String, algorithm: Algorithm) -> Result<String, AuthErrorKind> {
    if let Some(key_id) = find_in_issuer_form(&text, algorithm) {
        text.truncate(key_id.end);
        text.drain(..key_id.start);
        return Ok(text);
    }
    read_json(&text, algorithm)
}

/// Finds the `kid` in a header that is, byte for byte, as the issuer writes it: a flood of unknown keys looks like
/// that, and to read JSON takes much longer.
fn find_in_issuer_form(text: &str, algorithm: Algorithm) -> Option<Range<usize>> {
    let (before, after) = issuer_form(algorithm);
    let key_id = text.strip_prefix(before)?.strip_suffix(after)?;
    is_plain(key_id).then_some(before.len()..before.len() + key_id.len())
}

fn read_json(text: &str, algorithm: Algorithm) -> Result<String, AuthErrorKind> {
    let header = json::read(text, Header::expecting(algorithm));
    let header = header.map_err(|_| AuthErrorKind::MalformedHeader)?;
    if !header.has_algorithm {
        return Err(AuthErrorKind::UnsupportedAlgorithm);
    }
    if header.has_foreign_type {
        return Err(AuthErrorKind::UnsupportedType);
    }
    if header.has_extension {
        return Err(AuthErrorKind::UnsupportedExtension);
    }
    header
        .key_id
        .filter(|key_id| (1..=LIMIT_KEY_ID_BYTES).contains(&key_id.len()))
        .ok_or(AuthErrorKind::MissingKeyId)
}

struct Header {
    expected_algorithm: Algorithm,
    has_algorithm: bool,
    key_id: Option<String>,
    has_foreign_type: bool,
    has_extension: bool,
}

impl Header {
    fn expecting(algorithm: Algorithm) -> Self {
        Self {
            expected_algorithm: algorithm,
            has_algorithm: false,
            key_id: None,
            has_foreign_type: false,
            has_extension: false,
        }
    }
}

impl<'de> Members<'de> for Header {
    // RFC 7515 §4.1 has 11, and RFC 7519 §5.3 three more. They are read before it is known who wrote them.
    const MAX: usize = 16;

    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => {
                let Text(algorithm) = map.next_value()?;
                self.has_algorithm = algorithm == self.expected_algorithm.name();
            }
            "kid" => {
                let Text(key_id) = map.next_value()?;
                self.key_id = Some(key_id.into_owned());
            }
            "typ" => {
                let Text(media_type) = map.next_value()?;
                self.has_foreign_type = !media_type.eq_ignore_ascii_case("JWT");
            }
            // Each changes how the rest is to be read, and we do not: RFC 7515 §4.1.11 (`crit`),
            // RFC 7797 §3 (`b64`), RFC 7516 §4.1.3 (`zip`).
            "crit" | "b64" | "zip" => {
                map.next_value::<IgnoredAny>()?;
                self.has_extension = true;
            }
            // `jku`, `jwk`, `x5u` and `x5c` among them: a key comes from the issuer, never from here.
            _ => return Ok(false),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn issuer_header_names_its_key(key_id in r#"[ -~é\n]{0,3}|[A-Za-z0-9_-]{0,130}"#) {
            if let Some(header) = issuer_header(Algorithm::Rs256, &key_id) {
                let header = base64url::decode(&header).expect("base64url");
                let header = String::from_utf8(header).expect("UTF-8");
                prop_assert_eq!(read_json(&header, Algorithm::Rs256), Ok(key_id));
            }
        }

        #[test]
        fn issuer_form_is_read_as_any_json(
            key_id in r#"[ -~é\n]{0,3}|[A-Za-z0-9_-]{0,130}"#,
            algorithm in "RS256|RS2|HS256|none",
            after in r#"","typ":"JWT"\}|","typ":"JWT"\} |","typ":"at\+jwt"\}|","crit":\[\],"typ":"JWT"\}|"\}"#,
        ) {
            let text = format!(r#"{{"alg":"{algorithm}","kid":"{key_id}{after}"#);
            let read = read_key_id(text.clone(), Algorithm::Rs256);
            prop_assert_eq!(read, read_json(&text, Algorithm::Rs256));
        }
    }

    #[test]
    fn issuer_header_is_written_as_the_issuer_does() {
        let header = r#"{"alg":"RS256","kid":"3q2-7w_A","typ":"JWT"}"#;
        let key_id = find_in_issuer_form(header, Algorithm::Rs256);
        assert_eq!(key_id, Some(22..30));
        assert_eq!(
            issuer_header(Algorithm::Rs256, "3q2-7w_A"),
            Some(base64url::encode(header).into_bytes())
        );
    }
}
