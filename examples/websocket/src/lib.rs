//! WebSockets for players: an echo that knows whom it talks to, and ends when the player's token does.
//!
//! A browser cannot set `Authorization` for a WebSocket. There are two other ways, and a route for each:
//!
//! - `/echo`: the token is a subprotocol, and the layer verifies it before the connection is upgraded. Refused tokens get
//!   an ordinary HTTP answer. The page offers a second protocol, which the server chooses.
//! - `/echo-by-message`: the token is the first message, and a [`TokenVerifier`](sequence_auth::TokenVerifier) verifies it.
//!
//! A token lives longer than the check at the start: a connection goes on after it. So a session here ends at `exp`, unless
//! the client has sent a new token of the same player before.

mod app;
mod message;
mod page;
mod session;

pub use app::{Sockets, app};
