//! An issuer to try the server with. It signs whatever it is asked to: never let it be trusted in
//! production, which is why it listens on loopback only.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header::CACHE_CONTROL},
    response::IntoResponse,
    routing::{get, post},
};
use sequence_auth::{
    Address,
    testing::{LocalIssuer, TokenBuilder},
};
use serde::Deserialize;
use serde_json::json;

/// The issuer's limit for a nonce.
const MAX_NONCE_BYTES: usize = 128;

/// What the real issuer sends along with its keys: they are not to be cached.
const NO_CACHE: &str = "no-cache, no-store, no-transform, must-revalidate, private, max-age=0";

#[derive(Clone)]
struct Demo {
    issuer: LocalIssuer,
    project_id: u64,
}

/// Builds the routes of an issuer that signs tokens for one project unless asked for another.
pub(crate) fn router(issuer: LocalIssuer, project_id: u64) -> Router {
    Router::new()
        .route("/.well-known/jwks.json", get(jwks))
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/demo/token", post(token))
        .with_state(Demo { issuer, project_id })
}

async fn jwks(State(demo): State<Demo>) -> impl IntoResponse {
    let headers = [
        ("content-type", "application/json"),
        (CACHE_CONTROL.as_str(), NO_CACHE),
    ];
    (headers, demo.issuer.jwks())
}

async fn configuration(State(demo): State<Demo>) -> impl IntoResponse {
    let url = demo.issuer.url();
    Json(json!({
        "issuer": url,
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
    }))
}

/// Whom a token is to be for. Without an email it is for a guest, who has none.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct TokenRequest {
    email: Option<String>,
    nonce: Option<String>,
    wallet: Option<String>,
    project_id: Option<u64>,
    expired: bool,
}

/// Signs a token. The answer can be posted to the server as it is: it holds `sequenceToken` too.
async fn token(State(demo): State<Demo>, body: Bytes) -> impl IntoResponse {
    match read(&body) {
        Ok(request) => {
            let token = demo.token(&request).mint();
            let answer = json!({"idToken": token, "sequenceToken": token, "expiresIn": 600});
            (StatusCode::OK, Json(answer))
        }
        Err(problem) => (StatusCode::BAD_REQUEST, Json(json!({"error": problem}))),
    }
}

fn read(body: &[u8]) -> Result<TokenRequest, String> {
    if body.trim_ascii().is_empty() {
        return Ok(TokenRequest::default());
    }
    let request: TokenRequest = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let nonce_bytes = request.nonce.as_ref().map_or(0, String::len);
    if nonce_bytes > MAX_NONCE_BYTES {
        return Err(format!(
            "nonce has {nonce_bytes} bytes, more than {MAX_NONCE_BYTES}"
        ));
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

/// Gives every player a wallet of their own, the same each time.
fn wallet_of(email: &str) -> Address {
    Address::ZERO.create2_from_code([0; 32], email)
}
