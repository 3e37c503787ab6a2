//! The secret that nonces are made and recognised with.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    hmac::{self, HMAC_SHA256},
    rand,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::error::ConfigError;

const KEY_BYTES: usize = 32;

/// Holds the secret that nonces are made and recognised with: HMAC-SHA-256 under 32 random bytes or more.
///
/// All instances of an application need the same one. `openssl rand -base64 32` makes it, and it is read
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
/// Whoever knows it can make nonces, and so replay tokens; it gives no access otherwise. `Debug` does not
/// show it.
#[derive(Clone)]
pub struct NonceKey {
    hmac: hmac::Key,
}

impl NonceKey {
    /// Creates a key from at least 32 bytes that nobody can guess. A password is not fit for that.
    ///
    /// # Errors
    ///
    /// If there are fewer than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let secret = secret.as_ref();
        if secret.len() < KEY_BYTES {
            let problem = format!("{} bytes are fewer than {KEY_BYTES}", secret.len());
            return Err(ConfigError::new("nonce_key", problem));
        }
        Ok(Self::of(secret))
    }

    /// Makes a new key, for an application of one process: its nonces end with it.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the system has randomness")]
    pub fn random() -> Self {
        let mut secret = [0; KEY_BYTES];
        rand::fill(&mut secret).expect("the system has randomness");
        Self::of(&secret)
    }

    fn of(secret: &[u8]) -> Self {
        Self {
            hmac: hmac::Key::new(HMAC_SHA256, secret),
        }
    }

    /// Signs the parts of a message, of which all but the last have a fixed length.
    pub(super) fn sign(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.hmac);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    /// Returns `true` if a tag, whole or cut to its first half, is one by this key over these parts. It takes
    /// the same time whatever the tag.
    pub(super) fn verify<const BYTES: usize>(&self, parts: &[&[u8]], tag: &[u8; BYTES]) -> bool {
        // RFC 2104 §5: no less than half of what the hash function returns.
        const { assert!(BYTES == 16 || BYTES == 32) };
        let signed = self.sign(parts);
        verify_slices_are_equal(&signed.as_ref()[..BYTES], tag).is_ok()
    }
}

/// Reads base64 with padding (RFC 4648 §4), as `openssl rand -base64 32` writes it.
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
        key.sign(&[b"message"])
            .as_ref()
            .try_into()
            .expect("32 bytes")
    }

    fn problem(key: Result<NonceKey, ConfigError>) -> String {
        key.expect_err("it is refused").to_string()
    }

    #[test]
    fn a_key_has_32_bytes_or_more() {
        let bytes: Vec<u8> = (0..32).collect();
        assert!(NonceKey::new(&bytes).is_ok());
        let short = problem(NonceKey::new(&bytes[1..]));
        assert_eq!(short, "nonce_key: 31 bytes are fewer than 32");
    }

    #[test]
    fn a_key_is_read_from_base64_and_an_error_quotes_nothing_of_it() {
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
