//! Reading the head of a request: a cookie, and the characters of tokens.

use http::{HeaderMap, HeaderValue, Method, Request, Uri, header::COOKIE};
use memchr::memmem::Finder;

use super::list::{Ambiguous, at_most_one, bytes_of_lists, rests_of_entries};
use crate::defaults::LIMIT_COOKIE_BYTES;

/// The head of a request: everything before its body.
#[derive(Clone, Copy)]
pub(crate) struct RequestHead<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
}

impl<'a> RequestHead<'a> {
    pub(crate) fn of<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
        }
    }
}

/// Returns the raw value of a cookie. The text is its name and `=`.
pub(crate) fn cookie<'a>(
    headers: &'a HeaderMap,
    text: &Finder<'_>,
) -> Result<Option<&'a [u8]>, Ambiguous> {
    at_most_one(rests_of_cookies(headers, text))
}

/// Returns what follows the text in each cookie that begins with it.
pub(crate) fn rests_of_cookies<'a>(
    headers: &'a HeaderMap,
    text: &Finder<'_>,
) -> impl Iterator<Item = Result<&'a [u8], Ambiguous>> {
    // HTTP/2 may split cookies over several `Cookie` headers (RFC 9113 §8.2.3).
    let lists = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    rests_of_entries(lists, b';', text)
}

/// Returns `true` if the cookies are larger than the limit. Then they are not searched.
pub(crate) fn has_too_many_cookies(headers: &HeaderMap) -> bool {
    cookie_bytes(headers) > LIMIT_COOKIE_BYTES
}

/// Returns the size of the cookies.
pub(crate) fn cookie_bytes(headers: &HeaderMap) -> usize {
    bytes_of_lists(headers.get_all(COOKIE).iter())
}

/// Returns `true` for a character of a `token` (RFC 9110 §5.6.2), which is the syntax of header and cookie names and of
/// schemes.
pub(crate) fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_characters_are_those_of_the_rfc() {
        let others = b"!#$%&'*+-.^_`|~";
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || others.contains(&byte);
            assert_eq!(is_token_char(byte), expected, "{byte:#x}");
        }
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        for text in ["a=1; ab=2;a=3 ; xa=4", "a; A=5; a=6=7"] {
            headers.append(COOKIE, HeaderValue::from_static(text));
        }
        let value = |name: &str| cookie(&headers, &Finder::new(&format!("{name}="))).ok();
        assert_eq!(value("ab"), Some(Some(&b"2"[..])));
        assert_eq!(value("A"), Some(Some(&b"5"[..])));
        assert_eq!(value("xa"), Some(Some(&b"4"[..])));
        assert_eq!(value("b"), Some(None));
        assert_eq!(value("a"), None);
    }
}
