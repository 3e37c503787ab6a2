//! The header of a token (RFC 7515 §4).

use std::{ops::Range, str::FromStr};

use jsonwebtoken::Algorithm;
use serde::de::{IgnoredAny, MapAccess};

use crate::{
    encoding::{
        base64url,
        json::{self, Members, Text},
    },
    error::AuthErrorKind,
};

const MAX_KEY_ID_BYTES: usize = 128;

/// What the issuer writes around the `kid`.
const BEFORE_KEY_ID: &str = r#"{"alg":"RS256","kid":""#;
const AFTER_KEY_ID: &str = r#"","typ":"JWT"}"#;

/// Returns the header of the issuer's tokens by this key, byte for byte and as they hold it: encoded.
pub(crate) fn usual(key_id: &str) -> Option<Vec<u8>> {
    let header = format!("{BEFORE_KEY_ID}{key_id}{AFTER_KEY_ID}");
    is_plain(key_id).then(|| base64url::encode(header).into_bytes())
}

/// Checks a header and returns its `kid`.
pub(super) fn read_key_id(mut text: String) -> Result<String, AuthErrorKind> {
    if let Some(key_id) = find_usual_key_id(&text) {
        text.truncate(key_id.end);
        text.drain(..key_id.start);
        return Ok(text);
    }
    read_any(&text)
}

/// Finds the `kid` in a header that is, byte for byte, as the issuer writes it: what the reader of JSON would make
/// of it is plain to see, and takes it much longer.
fn find_usual_key_id(text: &str) -> Option<Range<usize>> {
    let key_id = text.strip_prefix(BEFORE_KEY_ID)?;
    let key_id = key_id.strip_suffix(AFTER_KEY_ID)?;
    let start = BEFORE_KEY_ID.len();
    is_plain(key_id).then_some(start..start + key_id.len())
}

/// Tells whether a `kid` is in order, and stands in JSON as it is.
fn is_plain(key_id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_KEY_ID_BYTES).contains(&key_id.len()) && key_id.bytes().all(is_plain)
}

fn read_any(text: &str) -> Result<String, AuthErrorKind> {
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
    // RFC 7515 §4.1 has 11, and RFC 7519 §5.3 three more. They are read before it is known who wrote them.
    const MAX: usize = 16;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_usual_form_is_read_as_any_other(
            key_id in r#"[ -~é\n]{0,3}|[A-Za-z0-9_-]{0,130}"#,
            algorithm in "RS256|RS2|HS256|none",
            after in r#"","typ":"JWT"\}|","typ":"JWT"\} |","typ":"at\+jwt"\}|","crit":\[\],"typ":"JWT"\}|"\}"#,
        ) {
            let text = format!(r#"{{"alg":"{algorithm}","kid":"{key_id}{after}"#);
            prop_assert_eq!(read_key_id(text.clone()), read_any(&text));
        }

        #[test]
        fn the_usual_header_of_a_key_names_it(key_id in r#"[ -~é\n]{0,3}|[A-Za-z0-9_-]{0,130}"#) {
            if let Some(header) = usual(&key_id) {
                let header = base64url::decode(&header).expect("base64url");
                let header = String::from_utf8(header).expect("UTF-8");
                prop_assert_eq!(read_any(&header), Ok(key_id));
            }
        }
    }

    #[test]
    fn the_usual_form_is_known() {
        let header = r#"{"alg":"RS256","kid":"3q2-7w_A","typ":"JWT"}"#;
        assert_eq!(find_usual_key_id(header), Some(22..30));
        assert_eq!(
            usual("3q2-7w_A"),
            Some(base64url::encode(header).into_bytes())
        );
    }
}
