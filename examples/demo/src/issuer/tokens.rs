//! Tokens without signing in.

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
    Demo, LIFETIME, MAX_NONCE_BYTES,
    identity::wallet_of,
    input::{self, Refusal},
};

/// Whom a token is to be for. Without an email it is for a guest, who has none.
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

/// Signs a token. The answer can be posted to the server as it is: it holds `sequenceToken` too.
pub(super) async fn token(State(demo): State<Demo>, body: Bytes) -> Response {
    match read(&body) {
        Ok(request) => {
            let token = demo.token(&request).mint();
            let answer = json!({"idToken": token, "sequenceToken": token, "expiresIn": LIFETIME});
            Json(answer).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn read(body: &[u8]) -> Result<TokenRequest, Refusal> {
    let request: TokenRequest = input::read(body)?;
    let nonce_bytes = request.nonce.as_ref().map_or(0, String::len);
    if nonce_bytes > MAX_NONCE_BYTES {
        return Err(Refusal(format!(
            "nonce has {nonce_bytes} bytes, more than {MAX_NONCE_BYTES}"
        )));
    }
    Ok(request)
}

impl Demo {
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
