//! An issuer, and tokens of it that are out of the ordinary.

use std::{sync::LazyLock, time::SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};

pub const PROJECT: u64 = 13639;

/// The name of the identity claim.
pub const IDENTITY: &str = "https://waas.sequence.test/identity";

/// An issuer for tests that do not touch its keys.
pub static ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::new);

pub fn layer() -> SequenceAuthLayer {
    ISSUER.layer(PROJECT)
}

/// A token with a payload as written, signed by the right key.
pub fn with_payload(payload: &str) -> String {
    let header = serde_json::json!({"alg": "RS256", "kid": ISSUER.key_id(), "typ": "JWT"});
    ISSUER.sign(header.to_string(), payload)
}

/// A time that no test sees, and that a token may well expire at.
pub fn in_twelve_hours() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs() + 12 * 60 * 60
}

pub fn payload_of(token: &str) -> String {
    let part = token.split('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
