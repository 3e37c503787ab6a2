//! The messages of client and server, and the reasons for the end of a session.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use sequence_auth::AuthError;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

/// How long a client may take to read the reason for the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// A client's message, in JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ClientMessage {
    /// The first token, or a new token before the last one expires.
    Token(String),
    Say(String),
}

/// A server's message, in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ServerMessage {
    /// The player that the server has verified, and the end of the session.
    #[serde(rename_all = "camelCase")]
    Welcome {
        wallet: String,
        issuer: String,
        /// In seconds since the Unix epoch.
        expires_at: u64,
    },
    Echo(String),
}

/// The reason for the end of a session.
pub(crate) enum End {
    /// The client has disconnected.
    Gone,
    /// The message does not belong to the protocol.
    NotUnderstood,
    /// The first message did not come, or was not a token.
    NoToken,
    /// A token was refused.
    Refused(AuthError),
    /// A new token belongs to another player.
    OtherPlayer,
    /// The last token has expired.
    Expired,
    ServerEnds,
}

impl End {
    /// Sends the reason and closes the connection. Applications use codes from 4000 on (RFC 6455 §7.4.2).
    pub(crate) async fn close(self, mut socket: WebSocket) {
        let (code, reason) = match &self {
            Self::Gone => return,
            Self::NotUnderstood => (close_code::UNSUPPORTED, "the message is not understood"),
            Self::NoToken => (4401, "the first message was not a token"),
            Self::Refused(error) => (4401, error.description()),
            Self::OtherPlayer => (4403, "the new token is of another player"),
            Self::Expired => (4401, "the token has expired, and no new one came"),
            Self::ServerEnds => (close_code::AWAY, "the server ends"),
        };
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        // A client that has disconnected, or does not read, does not need the reason.
        let sent = socket.send(Message::Close(Some(frame)));
        let _ = timeout(CLOSE_TIMEOUT, sent).await;
    }
}

/// Waits for the next message of the protocol.
pub(crate) async fn next(socket: &mut WebSocket) -> Result<ClientMessage, End> {
    loop {
        match socket.recv().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text).map_err(|_| End::NotUnderstood);
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => (),
            Some(Ok(Message::Binary(_))) => return Err(End::NotUnderstood),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        }
    }
}

/// Waits for the next message, which has to be a token.
pub(crate) async fn next_token(socket: &mut WebSocket) -> Result<String, End> {
    match next(socket).await? {
        ClientMessage::Token(token) => Ok(token),
        ClientMessage::Say(_) => Err(End::NoToken),
    }
}

/// Sends a message.
pub(crate) async fn send(socket: &mut WebSocket, message: &ServerMessage) -> Result<(), End> {
    let text = serde_json::to_string(message).expect("the message is JSON");
    let sent = socket.send(Message::text(text)).await;
    sent.map_err(|_| End::Gone)
}
