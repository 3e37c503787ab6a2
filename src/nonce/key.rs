//! The secret key that signs nonces.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    hmac::{self, HMAC_SHA256},
    rand,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{defaults::MIN_NONCE_KEY_BYTES, error::ConfigError};

/// Holds the secret that signs nonces: an HMAC-SHA-256 key of at least 32 random bytes.
///
/// All instances of an application need the same key. Generate it with `openssl rand -base64 32`, and parse it from
/// that text:
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
/// An attacker who knows the key can sign nonces with any time of issue and for any browser. Nonces then prove nothing.
/// The key alone gives no access. `Debug` does not show it.
#[derive(Clone)]
pub struct NonceKey {
    hmac: hmac::Key,
}

impl NonceKey {
    /// Creates a key from at least 32 random bytes. Do not use a password.
    ///
    /// # Errors
    ///
    /// Returns an error if there are fewer than 32 bytes.
    ///
    /// ```
    /// use sequence_auth::NonceKey;
    ///
    /// assert!(NonceKey::new("a password").is_err());
    /// ```
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

    /// Generates a key from 32 random bytes.
    ///
    /// The key lasts as long as the process, so nonces issued before a restart are refused, and other instances refuse
    /// its nonces. Use it in tests, or in an application that runs in one process.
    ///
    /// ```
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::new(NonceKey::random());
    /// assert_eq!(nonces.issue().len(), 78);
    /// ```
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

    /// Computes the tag of a message from its parts: its purpose, the body of a nonce, and at most one part of variable
    /// length.
    pub(super) fn tag(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.hmac);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    /// Returns `true` if a tag, whole or cut to its first half, is this key's tag of these parts. The comparison takes
    /// constant time.
    pub(super) fn verify<const BYTES: usize>(&self, parts: &[&[u8]], tag: &[u8; BYTES]) -> bool {
        // RFC 2104 §5: a truncated tag has at least half the length of the hash.
        const { assert!(BYTES == 16 || BYTES == 32) };
        let expected = self.tag(parts);
        verify_slices_are_equal(&expected.as_ref()[..BYTES], tag).is_ok()
    }
}

/// Parses base64 with padding (RFC 4648 §4), as `openssl rand -base64 32` prints it.
impl FromStr for NonceKey {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        // The source error is dropped, because it quotes a byte of the secret.
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
