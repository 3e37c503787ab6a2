//! A session of one player, which lasts as long as the player's tokens.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::ws::WebSocket;
use sequence_auth::{SequenceClaims, TokenVerifier};
use tokio::time::timeout;

use crate::message::{ClientMessage, End, ServerMessage, next, send};

/// How long to wait at most before checking the wall clock again. Other clocks stop while a machine sleeps.
const CLOCK_CHECK: Duration = Duration::from_secs(30);

pub(crate) struct Session<'a> {
    /// The claims of the last token.
    claims: SequenceClaims,
    verifier: &'a TokenVerifier,
}

impl<'a> Session<'a> {
    pub(crate) fn new(claims: SequenceClaims, verifier: &'a TokenVerifier) -> Self {
        Self { claims, verifier }
    }

    /// Serves the player until something ends the session.
    pub(crate) async fn run(&mut self, socket: &mut WebSocket) -> End {
        match self.serve(socket).await {
            Ok(()) => End::Expired,
            Err(end) => end,
        }
    }

    /// Serves the player until the last token has expired.
    async fn serve(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        self.welcome(socket).await?;
        while let Some(left) = self.time_left() {
            let Ok(message) = timeout(left.min(CLOCK_CHECK), next(socket)).await else {
                continue;
            };
            let message = message?;
            // The machine may have slept, so the token may have expired while the message waited.
            let Some(left) = self.time_left() else {
                break;
            };
            // A client that does not read is not served longer than its token either.
            match timeout(left, self.answer(message, socket)).await {
                Ok(answered) => answered?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    async fn answer(&mut self, message: ClientMessage, socket: &mut WebSocket) -> Result<(), End> {
        match message {
            ClientMessage::Token(token) => self.renew(&token, socket).await,
            ClientMessage::Say(text) => send(socket, &ServerMessage::Echo(text)).await,
        }
    }

    /// Continues with a new token of the same player.
    async fn renew(&mut self, token: &str, socket: &mut WebSocket) -> Result<(), End> {
        let claims = self.verifier.verify(token).await.map_err(End::Refused)?;
        if !is_same_player(&claims, &self.claims) {
            return Err(End::OtherPlayer);
        }
        self.claims = claims;
        self.welcome(socket).await
    }

    async fn welcome(&self, socket: &mut WebSocket) -> Result<(), End> {
        let expires_at = self.claims.expires_at().duration_since(UNIX_EPOCH);
        let welcome = ServerMessage::Welcome {
            wallet: self.claims.wallet().to_checksum(None),
            issuer: self.claims.issuer().to_owned(),
            expires_at: expires_at.unwrap_or_default().as_secs(),
        };
        send(socket, &welcome).await
    }

    /// Returns how long the token is still valid, or `None` if it has expired.
    fn time_left(&self) -> Option<Duration> {
        let left = self.claims.expires_at().duration_since(SystemTime::now());
        left.ok().filter(|left| !left.is_zero())
    }
}

/// Issuer and wallet identify a player, never an email.
fn is_same_player(one: &SequenceClaims, other: &SequenceClaims) -> bool {
    one.issuer() == other.issuer() && one.wallet() == other.wallet()
}
