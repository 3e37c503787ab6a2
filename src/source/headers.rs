//! Reading header fields: a single value, the values of a cookie.

use http::{HeaderMap, HeaderValue, Method, Request, Uri, header::COOKIE};

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

/// Returns the value if there is exactly one. Of two values, either may be an attacker's.
pub(crate) fn only_value<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Returns the raw values of a cookie.
pub(crate) fn cookie_values<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> impl Iterator<Item = &'a [u8]> {
    cookie_pairs(headers).filter_map(move |pair| {
        let value = pair.strip_prefix(name.as_bytes())?;
        value.strip_prefix(b"=")
    })
}

/// Returns `true` if the cookies are larger than the limit. Then they are not searched.
pub(crate) fn has_too_many_cookies(headers: &HeaderMap) -> bool {
    let sizes = headers.get_all(COOKIE).iter().map(HeaderValue::len);
    sizes.sum::<usize>() > LIMIT_COOKIE_BYTES
}

/// Returns the raw text of each cookie, which is `name=value` if it is well formed. HTTP/2 may split cookies over
/// several `Cookie` headers (RFC 9113 §8.2.3).
pub(crate) fn cookie_pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = values.flat_map(|value| value.split(|byte| *byte == b';'));
    pairs.map(<[u8]>::trim_ascii)
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
    fn only_a_single_value_is_returned() {
        let only = |values: &[&'static [u8]]| only_value(values.iter().copied());
        assert_eq!(only(&[]), None);
        assert_eq!(only(&[b"a"]), Some(&b"a"[..]));
        assert_eq!(only(&[b"a", b"a"]), None);
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        for text in ["a=1; ab=2;a=3 ; xa=4", "a; A=5; a=6=7"] {
            headers.append(COOKIE, HeaderValue::from_static(text));
        }
        let values: Vec<_> = cookie_values(&headers, "a").collect();
        assert_eq!(values, [&b"1"[..], b"3", b"6=7"]);
        assert_eq!(cookie_values(&headers, "b").count(), 0);
    }
}
