//! Strict base64url (RFC 4648 §5): no padding, no white space, no `+/`, no stray trailing bits.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Decodes `text`; `None` unless it [is valid](is_valid).
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Tells whether `text` holds something, and could be decoded, at a fraction of the cost.
pub(crate) fn is_valid(text: &[u8]) -> bool {
    // Four letters of the alphabet are three bytes, whatever they are; fewer at the end may be too few, or
    // hold bits that belong to no byte.
    let (groups, rest) = text.split_at(text.len() / 4 * 4);
    let mut bytes = [0; 3];
    !text.is_empty()
        && are_letters(groups)
        && URL_SAFE_NO_PAD.decode_slice(rest, &mut bytes).is_ok()
}

/// After how many bytes it is worth a branch to see whether all were in order.
const CHUNK: usize = 256;

fn are_letters(bytes: &[u8]) -> bool {
    // Without a branch for each byte, so that many of them are looked at in one step.
    let all = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(true, |so_far, byte| so_far & is_letter(*byte))
    };
    let (chunks, rest) = bytes.as_chunks::<CHUNK>();
    chunks.iter().all(|chunk| all(chunk)) && all(rest)
}

fn is_letter(byte: u8) -> bool {
    // One bit tells the upper from the lower case.
    (byte | 0x20).is_ascii_lowercase() | byte.is_ascii_digit() | (byte == b'-') | (byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of so many bytes out of a few, letters and others.
    fn texts(length: u32) -> impl Iterator<Item = String> {
        const BYTES: &[u8] = b"AQgwz09-_+/=. @[`{\n\x7f";
        let count = BYTES.len();
        (0..count.pow(length)).map(move |number| {
            let byte = |place| char::from(BYTES[number / count.pow(place) % count]);
            (0..length).map(byte).collect()
        })
    }

    #[test]
    fn what_is_valid_is_what_can_be_decoded_unless_it_is_empty() {
        for text in (1..=4).flat_map(texts) {
            let bytes = text.as_bytes();
            assert_eq!(is_valid(bytes), decode(bytes).is_some(), "{text:?}");
        }
        assert!(!is_valid(b""));
    }

    #[test]
    fn every_character_is_a_letter_or_not_wherever_it_stands() {
        for byte in 0..=0x7f_u8 {
            let character = char::from(byte);
            let is_letter = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            for place in [0, 1, 3, CHUNK - 1, CHUNK, 2 * CHUNK + 3] {
                let mut text = "A".repeat(2 * CHUNK + 4);
                text.replace_range(place..=place, &character.to_string());
                assert_eq!(
                    is_valid(text.as_bytes()),
                    is_letter,
                    "{character:?} at {place}"
                );
            }
        }
    }
}
