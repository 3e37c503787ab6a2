//! WebSockets for players: an echo that knows its player and ends when the player's token expires.
//!
//! A browser cannot set `Authorization` for a WebSocket. There are two other ways, each with a route:
//!
//! - `/echo`: the token is a subprotocol, and the layer verifies it before the connection is upgraded. A refused token
//!   gets an ordinary HTTP response. The page offers a second protocol, which the server chooses.
//! - `/echo-by-message`: the token is the first message, and a [`TokenVerifier`](sequence_auth::TokenVerifier) verifies
//!   it.
//!
//! The check happens at the start, and the connection outlives the token. A session here therefore ends at `exp`,
//! unless the client has sent a new token of the same player before.

mod app;
mod message;
mod page;
mod session;

pub use app::{Sockets, app};
