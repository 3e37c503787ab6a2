//! The header of a token (RFC 7515 §4).

use std::{borrow::Cow, ops::Range};

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

/// Returns the text before and after the `kid` in an issuer's header.
const fn issuer_form(algorithm: Algorithm) -> (&'static str, &'static str) {
    match algorithm {
        Algorithm::Rs256 => (r#"{"alg":"RS256","kid":""#, r#"","typ":"JWT"}"#),
        // The order is an assumption, because OMS Wallet's header is not published. A header in another order is parsed
        // as JSON, with the same result.
        Algorithm::Es256 => (r#"{"alg":"ES256","kid":""#, r#"","typ":"JWT"}"#),
    }
}

/// Returns the first 20 letters of every header in the issuer's form: its first 15 bytes, which end after the `alg`. A
/// JSON header that begins like this has this `alg`, or has `alg` twice and is refused.
pub(super) const fn issuer_start(algorithm: Algorithm) -> &'static [u8; 20] {
    match algorithm {
        Algorithm::Rs256 => b"eyJhbGciOiJSUzI1NiIs",
        Algorithm::Es256 => b"eyJhbGciOiJFUzI1NiIs",
    }
}

/// Returns the encoded header of the issuer's tokens that this key signs, byte for byte. Returns `None` if the key ID
/// has characters that JSON may escape.
pub(crate) fn issuer_header(algorithm: Algorithm, key_id: &str) -> Option<Vec<u8>> {
    let (before, after) = issuer_form(algorithm);
    let header = format!("{before}{key_id}{after}");
    is_plain(key_id).then(|| base64url::encode(header).into_bytes())
}

/// Returns `true` if a `kid` has a valid length, and JSON never escapes its characters.
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
    Header::read(&text)?.into_key_id(algorithm)
}

/// Finds the `kid` in a header in exactly the issuer's form. This shortcut keeps a flood of tokens with unknown keys
/// cheap: parsing JSON takes much longer.
fn find_in_issuer_form(text: &str, algorithm: Algorithm) -> Option<Range<usize>> {
    let (before, after) = issuer_form(algorithm);
    let key_id = text.strip_prefix(before)?.strip_suffix(after)?;
    is_plain(key_id).then_some(before.len()..before.len() + key_id.len())
}

#[derive(Default)]
struct Header<'a> {
    algorithm: Option<Cow<'a, str>>,
    key_id: Option<Cow<'a, str>>,
    has_foreign_type: bool,
    has_extension: bool,
}

impl<'a> Header<'a> {
    fn read(text: &'a str) -> Result<Self, AuthErrorKind> {
        json::read(text, Self::default()).map_err(|_| AuthErrorKind::MalformedHeader)
    }

    fn into_key_id(self, algorithm: Algorithm) -> Result<String, AuthErrorKind> {
        if self.algorithm.as_deref() != Some(algorithm.name()) {
            return Err(AuthErrorKind::UnsupportedAlgorithm);
        }
        if self.has_foreign_type {
            return Err(AuthErrorKind::UnsupportedType);
        }
        if self.has_extension {
            return Err(AuthErrorKind::UnsupportedExtension);
        }
        self.key_id
            .filter(|key_id| (1..=LIMIT_KEY_ID_BYTES).contains(&key_id.len()))
            .map(Cow::into_owned)
            .ok_or(AuthErrorKind::MissingKeyId)
    }
}

impl<'de> Members<'de> for Header<'de> {
    // RFC 7515 §4.1 defines 11 members, and RFC 7519 §5.3 three more. The limit is low because the header is read
    // before the signature is checked.
    const MAX: usize = 16;

    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => {
                let Text(algorithm) = map.next_value()?;
                self.algorithm = Some(algorithm);
            }
            "kid" => {
                let Text(key_id) = map.next_value()?;
                self.key_id = Some(key_id);
            }
            "typ" => {
                let Text(media_type) = map.next_value()?;
                self.has_foreign_type = !media_type.eq_ignore_ascii_case("JWT");
            }
            // Each of these changes the meaning of the rest, and none is supported: RFC 7515 §4.1.11 (`crit`), RFC 7797
            // §3 (`b64`), RFC 7516 §4.1.3 (`zip`).
            "crit" | "b64" | "zip" => {
                map.next_value::<IgnoredAny>()?;
                self.has_extension = true;
            }
            // This ignores `jku`, `jwk`, `x5u` and `x5c`: a key comes from the issuer, never from a token.
            _ => return Ok(false),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALGORITHMS: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

    fn read_json(text: &str, algorithm: Algorithm) -> Result<String, AuthErrorKind> {
        Header::read(text)?.into_key_id(algorithm)
    }

    proptest! {
        #[test]
        fn issuer_header_names_its_key(
            algorithm in prop::sample::select(&ALGORITHMS),
            key_id in r#"[ -~é\n]{0,3}|[A-Za-z0-9_-]{0,130}"#,
        ) {
            if let Some(encoded) = issuer_header(algorithm, &key_id) {
                prop_assert!(encoded.starts_with(issuer_start(algorithm)));
                let header = base64url::decode(&encoded).expect("base64url");
                let header = String::from_utf8(header).expect("UTF-8");
                prop_assert_eq!(read_json(&header, algorithm), Ok(key_id));
            }
        }

        #[test]
        fn issuer_form_is_read_as_any_json(
            expected in prop::sample::select(&ALGORITHMS),
            algorithm in "RS256|ES256|RS2|HS256|none",
            key_id in r#"[ -~é\n]{0,3}|[A-Za-z0-9_-]{0,130}"#,
            after in r#"","typ":"JWT"\}|","typ":"JWT"\} |","typ":"at\+jwt"\}|","crit":\[\],"typ":"JWT"\}|"\}"#,
        ) {
            let text = format!(r#"{{"alg":"{algorithm}","kid":"{key_id}{after}"#);
            let read = read_key_id(text.clone(), expected);
            prop_assert_eq!(read, read_json(&text, expected));
        }

        #[test]
        fn header_that_starts_as_the_issuers_has_its_algorithm_or_none(
            algorithm in prop::sample::select(&ALGORITHMS),
            rest in r#""kid":"a"\}|"alg":"(RS256|ES256)"\}|"\\u0061lg":"ES256"\}|\}|.{0,20}"#,
        ) {
            let start = base64url::decode(issuer_start(algorithm)).expect("base64url");
            let text = String::from_utf8(start).expect("UTF-8") + &rest;
            for other in ALGORITHMS.into_iter().filter(|other| *other != algorithm) {
                let read = read_key_id(text.clone(), other);
                let expected = [AuthErrorKind::UnsupportedAlgorithm, AuthErrorKind::MalformedHeader];
                prop_assert!(read.is_err_and(|kind| expected.contains(&kind)), "{text}");
            }
        }
    }

    #[test]
    fn issuer_header_is_written_as_the_issuer_does() {
        for algorithm in ALGORITHMS {
            let name = algorithm.name();
            let header = format!(r#"{{"alg":"{name}","kid":"3q2-7w_A","typ":"JWT"}}"#);
            let key_id = find_in_issuer_form(&header, algorithm);
            assert_eq!(key_id, Some(22..30));
            assert_eq!(
                issuer_header(algorithm, "3q2-7w_A"),
                Some(base64url::encode(&header).into_bytes())
            );
            assert_eq!(
                issuer_start(algorithm),
                base64url::encode(&header[..15]).as_bytes()
            );
        }
    }

    #[test]
    fn key_is_named_for_its_own_algorithm_alone() {
        let [rs256, es256] = ALGORITHMS;
        for (algorithm, other) in [(rs256, es256), (es256, rs256)] {
            let name = algorithm.name();
            for header in [
                format!(r#"{{"alg":"{name}","kid":"a","typ":"JWT"}}"#),
                format!(r#"{{"kid":"a","alg":"{name}"}}"#),
            ] {
                assert_eq!(read_key_id(header.clone(), algorithm), Ok("a".to_owned()));
                let refused = read_key_id(header, other);
                assert_eq!(refused, Err(AuthErrorKind::UnsupportedAlgorithm));
            }
        }
    }

    #[test]
    fn other_algorithm_is_refused_before_anything_else_of_a_header() {
        let unsupported = Err(AuthErrorKind::UnsupportedAlgorithm);
        for header in [
            r#"{"typ":"at+jwt","crit":[],"alg":"RS256"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":"es256","kid":"a"}"#,
            r#"{"alg":"ES256K","kid":"a"}"#,
            r#"{"alg":"HS256","kid":"a"}"#,
            r#"{"alg":"none","kid":"a"}"#,
            r#"{"alg":"","kid":"a"}"#,
            "{}",
        ] {
            let read = read_key_id(header.to_owned(), Algorithm::Es256);
            assert_eq!(read, unsupported, "{header}");
        }
        let header = r#"{"\u0061lg":"\u0045S256","kid":"a"}"#;
        let read = read_key_id(header.to_owned(), Algorithm::Es256);
        assert_eq!(read, Ok("a".to_owned()));
    }

    #[test]
    fn malformed_header_names_no_key() {
        let with_others = |count| {
            let others: String = (0..count).map(|name| format!(r#","{name}":0"#)).collect();
            format!(r#"{{"alg":"ES256","kid":"a"{others}}}"#)
        };
        let read = read_key_id(with_others(14), Algorithm::Es256);
        assert_eq!(read, Ok("a".to_owned()));
        for malformed in [
            &with_others(15),
            "",
            "null",
            r#"["ES256"]"#,
            r#"{"alg":null}"#,
            r#"{"kid":7,"alg":"ES256"}"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"ES256","alg":"ES256"}"#,
            r#"{"alg":"ES256","\u0061lg":"RS256"}"#,
            r#"{"alg":"ES256","a":1,"a":2}"#,
            r#"{"alg":"ES256"} {}"#,
            r#"{"alg":"ES256""#,
        ] {
            let read = read_key_id(malformed.to_owned(), Algorithm::Es256);
            assert_eq!(read, Err(AuthErrorKind::MalformedHeader), "{malformed}");
        }
    }
}
