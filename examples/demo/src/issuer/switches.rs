//! The switches of the demo: its key changes and its key endpoint fails when one wants to see it.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tracing::info;

use super::{Demo, failure::Mode, input};

#[derive(Serialize)]
struct Report {
    notice: &'static str,
    kid: String,
    mode: Mode,
    modes: [Mode; 5],
}

pub(super) async fn state(State(demo): State<Demo>) -> Response {
    demo.report()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rotation {
    /// Changes the key under its id, as the real issuer may.
    #[serde(default)]
    same_kid: bool,
}

pub(super) async fn rotate(State(demo): State<Demo>, body: Bytes) -> Response {
    let rotation: Rotation = match input::read(&body) {
        Ok(rotation) => rotation,
        Err(refusal) => return refusal.into_response(),
    };
    let issuer = demo.issuer.clone();
    // Making a key takes its time. Should that fail, the answer tells: its `kid` is the old one.
    let _ = spawn_blocking(move || {
        if rotation.same_kid {
            issuer.rotate_under_same_id();
        } else {
            issuer.rotate();
        }
    })
    .await;
    info!(
        "the key is now another one, its id {}",
        demo.issuer.key_id()
    );
    demo.report()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureRequest {
    mode: Mode,
}

pub(super) async fn fail(State(demo): State<Demo>, body: Bytes) -> Response {
    let FailureRequest { mode } = match input::read(&body) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    demo.failure.set(mode);
    info!("the failure of the key endpoint is now: {mode:?}");
    demo.report()
}

impl Demo {
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
