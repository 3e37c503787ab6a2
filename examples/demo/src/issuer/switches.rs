//! The switches of an issuer, to watch a rotation of its key and failures of its key endpoint.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tracing::info;

use super::{failure::Mode, input, key_endpoint::KeyEndpoint};

#[derive(Serialize)]
struct Report {
    notice: &'static str,
    kid: String,
    mode: Mode,
    modes: [Mode; 5],
}

pub(super) async fn state(State(endpoint): State<KeyEndpoint>) -> Response {
    endpoint.report()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rotation {
    /// Changes the key and keeps its id, as the real issuer may.
    #[serde(default)]
    same_kid: bool,
}

pub(super) async fn rotate(State(endpoint): State<KeyEndpoint>, body: Bytes) -> Response {
    let rotation: Rotation = match input::read(&body) {
        Ok(rotation) => rotation,
        Err(refusal) => return refusal.into_response(),
    };
    let issuer = endpoint.issuer.clone();
    // Creating a key takes time. If it fails, the response shows the old `kid`.
    let _ = spawn_blocking(move || {
        if rotation.same_kid {
            issuer.rotate_under_same_id();
        } else {
            issuer.rotate();
        }
    })
    .await;
    info!(
        "the key of {} is now another one, its id {}",
        endpoint.issuer.url(),
        endpoint.issuer.key_id()
    );
    endpoint.report()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureRequest {
    mode: Mode,
}

pub(super) async fn fail(State(endpoint): State<KeyEndpoint>, body: Bytes) -> Response {
    let FailureRequest { mode } = match input::read(&body) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    endpoint.failure.set(mode);
    info!(
        "the failure of the key endpoint of {} is now: {mode:?}",
        endpoint.issuer.url()
    );
    endpoint.report()
}

impl KeyEndpoint {
    fn report(&self) -> Response {
        Json(Report {
            notice: "NOT FOR PRODUCTION",
            kid: self.issuer.key_id(),
            mode: self.failure.mode(),
            modes: Mode::ALL,
        })
        .into_response()
    }
}
