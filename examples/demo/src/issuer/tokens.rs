//! Tokens of the demo Embedded Wallet, without a sign-in.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use sequence_auth::testing::TokenBuilder;
use serde::Deserialize;
use serde_json::json;

use super::{
    EmbeddedWallet, LIFETIME,
    identity::wallet_of,
    input::{self, Refusal},
};

/// The requested token. Without an email it is for a guest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenRequest {
    email: Option<String>,
    nonce: Option<String>,
    wallet: Option<String>,
    project_id: Option<u64>,
    #[serde(default)]
    expired: bool,
}

/// Signs a token, and returns it under the issuer's name and under the name of the server's body field. A server that
/// also trusts OMS Wallet requires a body with only one of them.
pub(super) async fn token(State(issuer): State<EmbeddedWallet>, body: Bytes) -> Response {
    answer(&issuer, &body, &["idToken", "sequenceToken"])
}

/// Signs a token. The response can be posted to the server unchanged.
pub(super) async fn sequence_token(State(issuer): State<EmbeddedWallet>, body: Bytes) -> Response {
    answer(&issuer, &body, &["sequenceToken"])
}

fn answer(issuer: &EmbeddedWallet, body: &[u8], names: &[&str]) -> Response {
    match read(body) {
        Ok(request) => {
            let token = issuer.token(&request).mint();
            let mut answer = json!({"expiresIn": LIFETIME});
            for name in names {
                answer[*name] = token.as_str().into();
            }
            Json(answer).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn read(body: &[u8]) -> Result<TokenRequest, Refusal> {
    let request: TokenRequest = input::read(body)?;
    input::ensure_nonce_fits(request.nonce.as_deref())?;
    Ok(request)
}

impl EmbeddedWallet {
    fn token(&self, request: &TokenRequest) -> TokenBuilder {
        let project_id = request.project_id.unwrap_or(self.project_id);
        let mut token = self.issuer.token().project(project_id);
        if request.expired {
            token = token.expired();
        }
        token = match &request.email {
            Some(email) => token.email(email).wallet(wallet_of(email)),
            None => token.guest(),
        };
        if let Some(wallet) = &request.wallet {
            token = token.wallet(wallet);
        }
        if let Some(nonce) = &request.nonce {
            token = token.nonce(nonce);
        }
        token
    }
}
