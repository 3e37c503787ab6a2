//! Tokens of the demo OMS Wallet.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use sequence_auth::{
    Address,
    testing::{LocalIssuer, TokenBuilder},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    DemoIssuer,
    identity::oms_wallet_of,
    input::{self, Refusal},
};

/// The lifetime in samples of OMS Wallet, in seconds.
const DEFAULT_TTL: u32 = 300;
/// How long ago an expired token expired, in seconds. It is longer than any leeway.
const EXPIRED_FOR: u64 = 3_600;
/// The claims that a client cannot choose.
const OWN_CLAIMS: [&str; 8] = [
    "iss",
    "aud",
    "sub",
    "exp",
    "email",
    "nonce",
    "wallet_address",
    "wallet_type",
];

/// The requested token. Without an email it is for a guest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenRequest {
    email: Option<String>,
    nonce: Option<String>,
    wallet: Option<String>,
    wallet_type: Option<String>,
    project_id: Option<String>,
    /// The lifetime of the token, in seconds, which a client of OMS Wallet chooses.
    ttl_seconds: Option<u32>,
    /// Further claims, which a client of OMS Wallet also chooses.
    #[serde(default)]
    custom_claims: BTreeMap<String, Value>,
    #[serde(default)]
    expired: bool,
}

/// Signs a token. The response can be posted to the server unchanged.
pub(super) async fn token(State(issuer): State<LocalIssuer>, body: Bytes) -> Response {
    match read(&body) {
        Ok(request) => {
            let token = request.token(&issuer).mint();
            Json(json!({"idToken": token, "expiresIn": request.ttl()})).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn read(body: &[u8]) -> Result<TokenRequest, Refusal> {
    let request: TokenRequest = input::read(body)?;
    input::ensure_nonce_fits(request.nonce.as_deref())?;
    let own = OWN_CLAIMS
        .into_iter()
        .find(|name| request.custom_claims.contains_key(*name));
    match own {
        Some(name) => Err(Refusal(format!(
            "customClaims has {name}, which is the issuer's own"
        ))),
        None => Ok(request),
    }
}

impl TokenRequest {
    fn token(&self, issuer: &LocalIssuer) -> TokenBuilder {
        let project_id = self.project_id.as_deref();
        let mut token = issuer
            .token()
            .project(project_id.unwrap_or(DemoIssuer::OMS_PROJECT_ID))
            .claim("exp", self.expiry());
        token = self.identify(token);
        if let Some(nonce) = &self.nonce {
            token = token.nonce(nonce);
        }
        if let Some(wallet_type) = &self.wallet_type {
            token = token.claim("wallet_type", wallet_type);
        }
        let custom = self.custom_claims.iter();
        custom.fold(token, |token, (name, value)| token.claim(name, value))
    }

    /// Determines the player.
    fn identify(&self, token: TokenBuilder) -> TokenBuilder {
        let address = oms_wallet_of(self.email.as_deref());
        let token = match &self.email {
            Some(email) => token.email(email),
            None => token.guest(),
        };
        let token = token.claim("sub", wallet_id(address));
        match &self.wallet {
            Some(wallet) => token.wallet(wallet),
            None => token.wallet(address),
        }
    }

    fn ttl(&self) -> u32 {
        self.ttl_seconds.unwrap_or(DEFAULT_TTL)
    }

    fn expiry(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_secs();
        if self.expired {
            now.saturating_sub(EXPIRED_FOR)
        } else {
            now + u64::from(self.ttl())
        }
    }
}

/// Gives every wallet an id, which is not an address.
fn wallet_id(wallet: Address) -> String {
    format!("wal_{}", &format!("{wallet:x}")[2..18])
}
