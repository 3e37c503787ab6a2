//! The members of a token's header or payload while a test puts them together.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::{Map, Value, json};

/// How long the issuer's tokens live.
const LIFETIME: Duration = Duration::from_secs(600);
/// How long before its token the session of a player began.
const SESSION_AGE: Duration = Duration::from_secs(60);

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
const EMAIL: &str = "player@example.com";

#[derive(Clone, Default)]
pub(super) struct ClaimMap(Map<String, Value>);

impl ClaimMap {
    /// The claims of a player who signed in by email, in the shape of the issuer's; all but the audience.
    pub(super) fn of_player(issuer: &str) -> Self {
        let mut claims = Self::default();
        claims.set("iss", issuer);
        claims.set("sub", WALLET);
        claims.set_issued_at(SystemTime::now());
        claims.set_email(issuer, EMAIL);
        claims
    }

    pub(super) fn set(&mut self, name: &str, value: impl Serialize) {
        let value = serde_json::to_value(value).expect("a claim is JSON");
        self.0.insert(name.to_owned(), value);
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(super) fn set_email(&mut self, issuer: &str, email: &str) {
        self.set("email", email);
        let identity = json!({"type": "Email", "iss": issuer, "sub": email, "email": email});
        self.set(&identity_claim(issuer), identity);
    }

    pub(super) fn set_guest(&mut self, issuer: &str) {
        self.remove("email");
        let identity = json!({"type": "Guest", "iss": issuer, "sub": "guest"});
        self.set(&identity_claim(issuer), identity);
    }

    pub(super) fn set_issued_at(&mut self, time: SystemTime) {
        let time = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        self.set("iat", time.as_secs());
        self.set("exp", (time + LIFETIME).as_secs());
        self.set("auth_time", time.saturating_sub(SESSION_AGE).as_secs());
    }

    /// Writes JSON as Go's encoder does, which escapes `&`, `<` and `>`.
    pub(super) fn to_json(&self) -> String {
        let json = Value::Object(self.0.clone()).to_string();
        json.replace('&', r"\u0026")
            .replace('<', r"\u003c")
            .replace('>', r"\u003e")
    }
}

/// Returns the name of the identity claim: the issuer's URL followed by `/identity`.
pub(super) fn identity_claim(issuer: &str) -> String {
    format!("{issuer}/identity")
}
