//! Failures of the key endpoint, to watch an outage. The issuer still signs tokens.

use std::time::Duration;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{sync::watch, time::sleep};

/// How long a hanging response takes. It is longer than a client waits for keys, but limited, because each holds a
/// connection.
const HANG: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// It does not fail.
    #[default]
    None,
    /// 500, which the real issuer sends when its key service fails.
    Unavailable,
    /// No response before the client gives up.
    Hang,
    /// 200 with a body that is not JSON, as from a proxy in between.
    Garbage,
    /// A key set without a key.
    Empty,
}

impl Mode {
    pub(super) const ALL: [Self; 5] = [
        Self::None,
        Self::Unavailable,
        Self::Hang,
        Self::Garbage,
        Self::Empty,
    ];
}

/// The current mode, which clones share.
#[derive(Clone, Default)]
pub(super) struct Failure(watch::Sender<Mode>);

impl Failure {
    pub(super) fn mode(&self) -> Mode {
        *self.0.borrow()
    }

    pub(super) fn set(&self, mode: Mode) {
        self.0.send_replace(mode);
    }

    /// Returns the response that the key endpoint sends instead of the keys.
    pub(super) async fn answer(&self) -> Option<Response> {
        match self.mode() {
            Mode::None => None,
            Mode::Unavailable => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
            Mode::Hang => {
                sleep(HANG).await;
                Some(StatusCode::GATEWAY_TIMEOUT.into_response())
            }
            Mode::Garbage => Some("<html>Please log in to the network.</html>".into_response()),
            Mode::Empty => Some(Json(json!({"keys": []})).into_response()),
        }
    }
}
