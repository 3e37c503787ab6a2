//! The secret key of nonces.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    hmac::{self, HMAC_SHA256},
    rand,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{defaults::MIN_NONCE_KEY_BYTES, error::ConfigError};

/// Holds the secret that nonces are signed with: an HMAC-SHA-256 key of at least 32 random bytes.
///
/// All instances of an application need the same key. `openssl rand -base64 32` generates one, and the key is parsed
/// from that text:
///
/// ```
/// use sequence_auth::NonceKey;
///
/// # fn key() -> Result<NonceKey, Box<dyn std::error::Error>> {
/// let key: NonceKey = std::env::var("NONCE_KEY")?.parse()?;
/// # Ok(key)
/// # }
/// ```
///
/// An attacker who knows the key can make nonces, and so replay stolen tokens; the key alone gives no access. `Debug`
/// does not show it.
#[derive(Clone)]
pub struct NonceKey {
    hmac: hmac::Key,
}

impl NonceKey {
    /// Creates a key from at least 32 random bytes. A password is not suitable.
    ///
    /// # Errors
    ///
    /// If there are fewer than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let secret = secret.as_ref();
        if secret.len() < MIN_NONCE_KEY_BYTES {
            let problem = format!(
                "{} bytes are fewer than {MIN_NONCE_KEY_BYTES}",
                secret.len()
            );
            return Err(ConfigError::new("nonce_key", problem));
        }
        Ok(Self::of(secret))
    }

    /// Generates a key, for an application of one process: its nonces are refused after a restart.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the system has randomness")]
    pub fn random() -> Self {
        let mut secret = [0; MIN_NONCE_KEY_BYTES];
        rand::fill(&mut secret).expect("the system has randomness");
        Self::of(&secret)
    }

    fn of(secret: &[u8]) -> Self {
        Self {
            hmac: hmac::Key::new(HMAC_SHA256, secret),
        }
    }

    /// Computes the tag of a message from its parts, of which all but the last have a fixed length.
    pub(super) fn tag(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.hmac);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    /// Returns `true` if a tag, whole or cut to its first half, is this key's tag of these parts. The time that it
    /// takes does not depend on the tag.
    pub(super) fn verify<const BYTES: usize>(&self, parts: &[&[u8]], tag: &[u8; BYTES]) -> bool {
        // RFC 2104 §5: no less than half of what the hash function returns.
        const { assert!(BYTES == 16 || BYTES == 32) };
        let expected = self.tag(parts);
        verify_slices_are_equal(&expected.as_ref()[..BYTES], tag).is_ok()
    }
}

/// Parses base64 with padding (RFC 4648 §4), as `openssl rand -base64 32` writes it.
impl FromStr for NonceKey {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        // The library's error quotes a byte of the secret.
        let secret = STANDARD
            .decode(text.trim())
            .map_err(|_| ConfigError::new("nonce_key", "it is not base64"))?;
        Self::new(secret)
    }
}

impl fmt::Debug for NonceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NonceKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &NonceKey) -> [u8; 32] {
        key.tag(&[b"message"])
            .as_ref()
            .try_into()
            .expect("32 bytes")
    }

    fn problem(key: Result<NonceKey, ConfigError>) -> String {
        key.expect_err("it is refused").to_string()
    }

    #[test]
    fn a_key_has_at_least_32_bytes() {
        let bytes: Vec<u8> = (0..32).collect();
        assert!(NonceKey::new(&bytes).is_ok());
        let short = problem(NonceKey::new(&bytes[1..]));
        assert_eq!(short, "nonce_key: 31 bytes are fewer than 32");
    }

    #[test]
    fn a_key_is_parsed_from_base64_and_never_quoted() {
        let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
        let key: NonceKey = text.parse().expect("a key");
        let same = NonceKey::new((0..32).collect::<Vec<u8>>()).expect("a key");
        assert!(same.verify(&[b"message"], &tag(&key)));
        assert_eq!(
            problem("!".repeat(44).parse()),
            "nonce_key: it is not base64"
        );
    }

    #[test]
    fn random_keys_differ() {
        let tag = tag(&NonceKey::random());
        assert!(!NonceKey::random().verify(&[b"message"], &tag));
    }
}
