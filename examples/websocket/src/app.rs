//! The routes.

use std::time::Duration;

use axum::{
    Router,
    extract::{State, WebSocketUpgrade, ws::WebSocket},
    response::Response,
    routing::any,
};
use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceClaims, TokenSource, TokenVerifier};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use crate::{
    message::{End, next_token},
    page,
    session::Session,
};

/// The server's protocol, which the page offers beside its token.
const PROTOCOL: &str = "echo.v1";
/// The prefix of the token in the other protocol that the page offers.
const TOKEN_PREFIX: &str = "token.";
/// The maximum size of a message. A token has at most 8 KiB.
const MAX_MESSAGE_BYTES: usize = 16 * 1024;
/// How long a client may take for its first message.
const FIRST_MESSAGE_TIMEOUT: Duration = Duration::from_secs(5);

/// The state that the sessions share.
#[derive(Clone, Debug)]
pub struct Sockets {
    verifier: TokenVerifier,
    /// Its sender is dropped when the server ends.
    ends: watch::Receiver<()>,
    /// Each session holds a clone, so the server can wait for the last session.
    _session: mpsc::Sender<()>,
}

/// Builds the routes, with the page. The sessions end when the sender of `ends` is dropped. Each session holds a
/// `session` until it ends.
///
/// # Errors
///
/// If the prefix of the tokens is invalid.
pub fn app(
    auth: SequenceAuthLayer,
    ends: watch::Receiver<()>,
    session: mpsc::Sender<()>,
) -> Result<Router, ConfigError> {
    let sockets = Sockets {
        verifier: auth.verifier(),
        ends,
        _session: session,
    };
    let by_subprotocol = auth.sources([TokenSource::subprotocol(TOKEN_PREFIX)?]);
    Ok(Router::new()
        .route("/echo", any(echo).layer(by_subprotocol))
        .route("/echo-by-message", any(echo_by_message))
        .with_state(sockets)
        .merge(page::router()))
}

/// Only runs with verified claims.
async fn echo(
    upgrade: WebSocketUpgrade,
    claims: SequenceClaims,
    State(sockets): State<Sockets>,
) -> Response {
    bounded(upgrade).on_upgrade(async move |mut socket| {
        let end = sockets.converse(claims, &mut socket).await;
        end.close(socket).await;
    })
}

async fn echo_by_message(upgrade: WebSocketUpgrade, State(sockets): State<Sockets>) -> Response {
    bounded(upgrade).on_upgrade(async move |mut socket| {
        let end = match sockets.admit(&mut socket).await {
            Ok(claims) => sockets.converse(claims, &mut socket).await,
            Err(end) => end,
        };
        end.close(socket).await;
    })
}

/// Limits the memory for each client: the server reserves memory for a frame when its header states the size.
fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .protocols([PROTOCOL])
        .max_frame_size(MAX_MESSAGE_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
}

impl Sockets {
    /// Takes the token of the first message. Until the token is verified, the client receives nothing and uses little
    /// memory.
    async fn admit(&self, socket: &mut WebSocket) -> Result<SequenceClaims, End> {
        let token = timeout(FIRST_MESSAGE_TIMEOUT, next_token(socket)).await;
        let token = token.map_err(|_| End::NoToken)??;
        self.verifier.verify(&token).await.map_err(End::Refused)
    }

    /// Serves a player until the session ends.
    async fn converse(&self, claims: SequenceClaims, socket: &mut WebSocket) -> End {
        let mut ends = self.ends.clone();
        let mut session = Session::new(claims, &self.verifier);
        tokio::select! {
            end = session.run(socket) => end,
            _ = ends.changed() => End::ServerEnds,
        }
    }
}
