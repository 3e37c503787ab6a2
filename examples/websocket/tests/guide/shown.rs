//! What the guide shows.

use std::time::{Duration, SystemTime};

use axum::{
    Router,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::Response,
    routing::any,
};
use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceClaims, TokenSource, TokenVerifier};
use tokio::time::timeout;

const EXPIRED: &str = "the token has expired";

/// Opens a session on both routes, one for each way to send the token.
pub(crate) fn app(auth: SequenceAuthLayer) -> Result<Router, ConfigError> {
    let verifier = auth.verifier();
    let by_subprotocol = auth.sources([TokenSource::subprotocol("token.")?]);
    Ok(Router::new()
        .route("/play", any(play).layer(by_subprotocol))
        .route("/play-by-message", any(play_by_message)) // verifies the token itself
        .with_state(verifier))
}

/// The layer has verified the token before the connection is upgraded.
async fn play(upgrade: WebSocketUpgrade, claims: SequenceClaims) -> Response {
    bounded(upgrade).on_upgrade(async move |mut socket| {
        serve(&claims, &mut socket).await;
        close(socket, EXPIRED).await;
    })
}

/// The token is the first message.
async fn play_by_message(
    upgrade: WebSocketUpgrade,
    State(verifier): State<TokenVerifier>,
) -> Response {
    bounded(upgrade).on_upgrade(async move |mut socket| {
        let reason = match admit(&verifier, &mut socket).await {
            Ok(claims) => {
                serve(&claims, &mut socket).await;
                EXPIRED.to_owned()
            }
            Err(reason) => reason,
        };
        close(socket, &reason).await;
    })
}

/// Chooses the protocol, and limits the memory that a client can make the server reserve.
fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    const LIMIT: usize = 16 * 1024; // a token has 8 KiB at most
    let upgrade = upgrade.protocols(["game.v1"]);
    upgrade.max_frame_size(LIMIT).max_message_size(LIMIT)
}

/// Gives the client 5 seconds to send its token.
async fn admit(verifier: &TokenVerifier, socket: &mut WebSocket) -> Result<SequenceClaims, String> {
    let first = timeout(Duration::from_secs(5), socket.recv()).await;
    let Ok(Some(Ok(Message::Text(token)))) = first else {
        return Err("the first message was not a token".to_owned());
    };
    let verified = verifier.verify(&token).await;
    verified.map_err(|error| error.description().to_owned())
}

/// Serves the player until the token expires or the client disconnects.
async fn serve(claims: &SequenceClaims, socket: &mut WebSocket) {
    let left = claims.expires_at().duration_since(SystemTime::now());
    let _ = timeout(left.unwrap_or_default(), echo(socket)).await;
}

async fn echo(socket: &mut WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(_) = message
            && socket.send(message).await.is_err()
        {
            return;
        }
    }
}

/// Codes from 4000 on belong to the application (RFC 6455 §7.4.2).
async fn close(mut socket: WebSocket, reason: &str) {
    let frame = CloseFrame {
        code: 4401,
        reason: reason.into(),
    };
    let sent = socket.send(Message::Close(Some(frame)));
    let _ = timeout(Duration::from_secs(2), sent).await;
}
