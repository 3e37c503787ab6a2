//! The part of the WaaS RPC that the official SDK needs to sign in as a guest or by email, and to get ID tokens. The
//! issuer trusts the client: it does not verify signatures or the answers to challenges.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
};
use humantime::format_rfc3339_millis;
use sequence_auth::Address;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    EmbeddedWallet, LIFETIME, MAX_NONCE_BYTES,
    identity::{Identity, IdentityType},
    sessions::Session,
    webrpc::WebrpcError,
};

/// The issuer's sessions last until they are closed, which it expresses as a hundred years.
const SESSION_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

type Answer = Result<Json<Value>, WebrpcError>;
type Body = Result<Bytes, BytesRejection>;

/// Shows that the issuer is there. The SDK reads the clock from the `Date` header, which every response has.
pub(super) async fn status() -> Json<Value> {
    Json(json!({"healthOK": true, "ver": "demo issuer, NOT FOR PRODUCTION"}))
}

#[derive(Deserialize)]
struct SendIntent {
    intent: Intent,
}

#[derive(Deserialize)]
#[serde(tag = "name", content = "data", rename_all = "camelCase")]
enum Intent {
    InitiateAuth(InitiateAuth),
    GetIdToken(GetIdToken),
    CloseSession(CloseSession),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InitiateAuth {
    session_id: String,
    identity_type: IdentityType,
    verifier: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetIdToken {
    wallet: String,
    session_id: String,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CloseSession {
    session_id: String,
}

pub(super) async fn send_intent(State(issuer): State<EmbeddedWallet>, body: Body) -> Answer {
    let SendIntent { intent } = read(body)?;
    let response = match intent {
        Intent::InitiateAuth(data) => issuer.initiate_auth(&data)?,
        Intent::GetIdToken(data) => issuer.id_token(&data)?,
        Intent::CloseSession(data) => issuer.close_session(&data),
    };
    Ok(Json(json!({"response": response})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisterSession {
    intent: OpenSession,
    #[serde(default)]
    friendly_name: String,
}

#[derive(Deserialize)]
struct OpenSession {
    data: InitiateAuth,
}

pub(super) async fn register_session(State(issuer): State<EmbeddedWallet>, body: Body) -> Answer {
    let RegisterSession {
        intent: OpenSession { data },
        friendly_name,
    } = read(body)?;
    let session = Session {
        identity: issuer.identity(&data)?,
        id: data.session_id,
        created_at: SystemTime::now(),
    };
    let answer = issuer.session_opened(&session, &friendly_name);
    issuer.sessions.open(session);
    Ok(Json(answer))
}

fn read<T: DeserializeOwned>(body: Body) -> Result<T, WebrpcError> {
    let body = body.map_err(|rejection| WebrpcError::bad_request(rejection.body_text()))?;
    serde_json::from_slice(&body).map_err(|error| WebrpcError::bad_request(error.to_string()))
}

impl EmbeddedWallet {
    fn initiate_auth(&self, data: &InitiateAuth) -> Result<Value, WebrpcError> {
        self.identity(data)?;
        Ok(json!({
            "code": "authInitiated",
            "data": {
                "sessionId": data.session_id,
                "identityType": data.identity_type,
                "expiresIn": LIFETIME,
                "challenge": format!("0x{:032x}", fastrand::u128(..)),
            },
        }))
    }

    fn identity(&self, data: &InitiateAuth) -> Result<Identity, WebrpcError> {
        let issuer = self.issuer.url();
        Identity::from_verifier(data.identity_type, &data.verifier, &data.session_id, issuer)
    }

    fn session_opened(&self, session: &Session, friendly_name: &str) -> Value {
        let wallet = session.identity.wallet();
        let created_at = format_rfc3339_millis(session.created_at).to_string();
        let expires_at = format_rfc3339_millis(session.created_at + SESSION_LIFETIME).to_string();
        json!({
            "session": {
                "id": session.id,
                "projectId": self.project_id,
                "userId": format!("{}|{wallet}", self.project_id),
                "identity": session.identity,
                "friendlyName": friendly_name,
                "createdAt": created_at,
                "refreshedAt": created_at,
                "expiresAt": expires_at,
            },
            "response": {
                "code": "sessionOpened",
                "data": {"sessionId": session.id, "wallet": wallet.to_string()},
            },
        })
    }

    fn id_token(&self, data: &GetIdToken) -> Result<Value, WebrpcError> {
        let session = self.sessions.find(&data.session_id);
        let session =
            session.ok_or_else(|| WebrpcError::endpoint("session invalid or not found"))?;
        if data.wallet.parse() != Ok::<Address, _>(session.identity.wallet()) {
            return Err(WebrpcError::endpoint("wallet is not the session's"));
        }
        let nonce = data.nonce.as_deref().unwrap_or_default();
        if nonce.len() > MAX_NONCE_BYTES {
            return Err(WebrpcError::endpoint("invalid nonce"));
        }
        Ok(json!({
            "code": "idToken",
            "data": {"idToken": self.sign(&session, nonce), "expiresIn": LIFETIME},
        }))
    }

    /// An empty nonce counts as missing, as with the real issuer.
    fn sign(&self, session: &Session, nonce: &str) -> String {
        let began = session.created_at.duration_since(UNIX_EPOCH);
        let mut token = session
            .identity
            .token(&self.issuer)
            .project(self.project_id)
            .claim("auth_time", began.unwrap_or_default().as_secs());
        if !nonce.is_empty() {
            token = token.nonce(nonce);
        }
        token.mint()
    }

    /// Closing an unknown session succeeds, because the SDK closes its session before each sign-in, even if it has
    /// none.
    fn close_session(&self, data: &CloseSession) -> Value {
        self.sessions.close(&data.session_id);
        json!({"code": "sessionClosed", "data": {}})
    }
}
