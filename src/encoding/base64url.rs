//! Strict base64url (RFC 4648 §5), without padding, white space, `+`, `/` or stray trailing bits.

use base64::Engine as _;

/// Decodes `text`. Returns `None` if it is empty or invalid.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() {
        return None;
    }
    // Not the engine's `decode`: it requests zeroed memory, which is slower to allocate.
    let mut bytes = Vec::with_capacity(base64::decoded_len_estimate(text.len()));
    engine::ENGINE.decode_vec(text, &mut bytes).ok()?;
    Some(bytes)
}

/// Decodes `text` like [`decode`], into a buffer that is large enough.
pub(crate) fn decode_into<'a>(buffer: &'a mut [u8], text: &[u8]) -> Option<&'a [u8]> {
    if text.is_empty() {
        return None;
    }
    let count = engine::ENGINE.decode_slice(text, buffer).ok()?;
    Some(&buffer[..count])
}

/// Encodes `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    engine::ENGINE.encode(bytes)
}

/// A SIMD engine. It detects the abilities of the processor at run time.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod engine {
    use std::sync::LazyLock;

    use base64::engine::{general_purpose::NO_PAD, simd::Simd};

    pub(super) static ENGINE: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(NO_PAD));
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod engine {
    pub(super) use base64::engine::general_purpose::URL_SAFE_NO_PAD as ENGINE;
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fast_engine_agrees_with_the_plain_one(
            mut text in "[A-Za-z0-9_-]{1,300}",
            place in any::<prop::sample::Index>(),
            byte in 0_u8..0x80,
        ) {
            prop_assert_eq!(decode(text.as_bytes()), URL_SAFE_NO_PAD.decode(&text).ok());
            let place = place.index(text.len());
            text.replace_range(place..=place, &char::from(byte).to_string());
            prop_assert_eq!(decode(text.as_bytes()), URL_SAFE_NO_PAD.decode(&text).ok());
        }
    }

    #[test]
    fn bytes_outside_the_alphabet_are_refused() {
        let text = [b'A'; 200];
        for (place, byte) in
            (0..text.len()).flat_map(|place| (0..=0xff).map(move |byte| (place, byte)))
        {
            let mut text = text;
            text[place] = byte;
            let is_letter = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            assert_eq!(decode(&text).is_some(), is_letter, "{byte:#x} at {place}");
        }
    }

    #[test]
    fn empty_text_is_refused() {
        assert_eq!(decode(b""), None);
    }
}
