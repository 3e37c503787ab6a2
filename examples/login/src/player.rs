//! The logged-in player, from the session.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use sequence_auth::SequenceClaims;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_sessions::{Session, session};
use tracing::error;

const KEY: &str = "player";

#[derive(Deserialize, Serialize)]
pub(crate) struct Player {
    /// The player is this wallet of this issuer: another issuer may have the same wallet.
    issuer: String,
    wallet: String,
    email: Option<String>,
}

impl From<&SequenceClaims> for Player {
    fn from(claims: &SequenceClaims) -> Self {
        Self {
            issuer: claims.issuer().to_owned(),
            wallet: claims.wallet().to_checksum(None),
            email: claims.email().map(str::to_owned),
        }
    }
}

impl Player {
    /// Makes the session this player's, under a new id. The old id becomes worthless, even to someone who knew it.
    pub(crate) async fn log_in(&self, session: &Session) -> Result<(), SessionFailure> {
        session.cycle_id().await?;
        session.insert(KEY, self).await?;
        Ok(())
    }
}

/// A handler that takes a `Player` only runs with a session.
impl<S: Send + Sync> FromRequestParts<S> for Player {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let player = session.get(KEY).await.map_err(SessionFailure::from)?;
        player.ok_or_else(not_logged_in)
    }
}

fn not_logged_in() -> Response {
    let body = json!({"error": "not_logged_in", "error_description": "there is no session"});
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

/// The sessions cannot be read or written.
pub(crate) struct SessionFailure(session::Error);

impl From<session::Error> for SessionFailure {
    fn from(error: session::Error) -> Self {
        Self(error)
    }
}

impl From<SessionFailure> for Response {
    fn from(failure: SessionFailure) -> Self {
        failure.into_response()
    }
}

impl IntoResponse for SessionFailure {
    fn into_response(self) -> Response {
        error!("a session could not be kept: {}", self.0);
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
