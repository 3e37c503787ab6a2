//! Texts as header values that every backend reads alike.

use std::fmt::Write as _;

use axum::http::HeaderValue;

/// Writes `%` and two upper-case hexadecimal digits for each byte of the UTF-8, except ASCII letters and digits and `-`
/// `.` `_` `~` `@` `:` `/`.
///
/// The result contains only characters that a header allows. It contains neither separators (`,` `;`) nor `+`, which
/// some decoders read as a space.
pub(crate) fn percent_encoded(text: &str) -> HeaderValue {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            // To write to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    HeaderValue::try_from(encoded).expect("it is visible ASCII")
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@' | b':' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_characters_stay() {
        let plain = "-.0123456789:@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~/";
        for byte in 0..=u8::MAX {
            let expected = plain.as_bytes().contains(&byte);
            assert_eq!(is_plain(byte), expected, "{byte:#x}");
        }
        assert_eq!(percent_encoded(plain), plain);
    }

    #[test]
    fn the_rest_is_the_percent_encoding_of_its_utf_8() {
        for (text, encoded) in [
            ("", ""),
            ("a+b@example.com", "a%2Bb@example.com"),
            ("50%, a", "50%25%2C%20a"),
            ("%41", "%2541"),
            ("é日😀", "%C3%A9%E6%97%A5%F0%9F%98%80"),
            ("\"\\;=\u{7f}", "%22%5C%3B%3D%7F"),
        ] {
            assert_eq!(percent_encoded(text), encoded);
        }
    }
}
