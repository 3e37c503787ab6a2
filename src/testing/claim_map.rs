//! The members of a token's header or payload while a test builds them.

use std::{
    fmt::Display,
    time::{Duration, SystemTime},
};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::issuer::IssuerKind;

/// The lifetime of tokens. Real clients of OMS Wallet choose it themselves.
const LIFETIME: Duration = Duration::from_secs(600);
/// The age of the player's session when the token is issued.
const SESSION_AGE: Duration = Duration::from_secs(60);

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
const WALLET_ID: &str = "wallet_01";
const EMAIL: &str = "player@example.com";

#[derive(Clone, Default)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn set(&mut self, name: &str, value: impl Serialize) {
        let value = serde_json::to_value(value).expect("a claim is JSON");
        self.0.insert(name.to_owned(), value);
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Writes JSON as Go's encoder does, which escapes `&`, `<` and `>`.
    pub(super) fn to_json(&self) -> String {
        let json = Value::Object(self.0.clone()).to_string();
        json.replace('&', r"\u0026")
            .replace('<', r"\u003c")
            .replace('>', r"\u003e")
    }
}

/// The claims of a token, in the shape of an issuer of this kind.
#[derive(Clone)]
pub(super) struct ClaimMap {
    kind: IssuerKind,
    issuer: String,
    pub(super) members: Members,
}

impl ClaimMap {
    /// Returns the claims of a player who signed in by email, without the audience.
    pub(super) fn of_player(kind: IssuerKind, issuer: &str) -> Self {
        let mut claims = Self {
            kind,
            issuer: issuer.to_owned(),
            members: Members::default(),
        };
        claims.members.set("iss", issuer);
        claims.set_wallet(WALLET);
        if kind == IssuerKind::OmsWallet {
            claims.members.set("sub", WALLET_ID);
            claims.members.set("wallet_type", "ethereum");
        }
        claims.set_issued_at(SystemTime::now());
        if !kind.vouches_for_times() {
            claims.members.remove("iat");
        }
        claims.set_email(EMAIL);
        claims
    }

    pub(super) fn set_wallet(&mut self, wallet: impl Display) {
        let name = match self.kind {
            IssuerKind::EmbeddedWallet => "sub",
            IssuerKind::OmsWallet => "wallet_address",
        };
        self.members.set(name, wallet.to_string());
    }

    /// Sets the audience, in the shape of the issuer: an array, or a text for OMS Wallet.
    pub(super) fn set_audience(&mut self, audience: &str) {
        match self.kind {
            IssuerKind::EmbeddedWallet => self.members.set("aud", [audience]),
            IssuerKind::OmsWallet => self.members.set("aud", audience),
        }
    }

    pub(super) fn set_email(&mut self, email: &str) {
        self.members.set("email", email);
        self.set_identity(
            json!({"type": "Email", "iss": self.issuer, "sub": email, "email": email}),
        );
    }

    pub(super) fn set_guest(&mut self) {
        self.members.remove("email");
        self.set_identity(json!({"type": "Guest", "iss": self.issuer, "sub": "guest"}));
    }

    fn set_identity(&mut self, identity: Value) {
        if self.kind == IssuerKind::EmbeddedWallet {
            self.members
                .set(&format!("{}/identity", self.issuer), identity);
        }
    }

    /// Sets the time of issue, and the times that depend on it.
    pub(super) fn set_issued_at(&mut self, time: SystemTime) {
        let time = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        self.members.set("iat", time.as_secs());
        self.members.set("exp", (time + LIFETIME).as_secs());
        if self.kind == IssuerKind::EmbeddedWallet {
            let session = time.saturating_sub(SESSION_AGE);
            self.members.set("auth_time", session.as_secs());
        }
    }
}
