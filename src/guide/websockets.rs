//! WebSockets: two ways to send a token from a browser, and sessions that end with their token.
//!
//! # Which way
//!
//! A page cannot set the header `Authorization` for a WebSocket. There are two other ways:
//!
//! | | as a [subprotocol](#the-token-as-a-subprotocol) | as the [first message](#the-token-as-the-first-message) |
//! |---|---|---|
//! | the token is verified | by the layer, before the upgrade | by your handler with a [`TokenVerifier`](crate::TokenVerifier), after the upgrade |
//! | a refused token | is an ordinary HTTP response, which the page cannot read: the browser reports code 1006 | closes the connection with a code and a reason of yours |
//! | clients without a token | are refused before the upgrade | hold a connection until your time limit for the first message |
//! | the token | is in the headers of the handshake, which proxies may log | is in a message |
//!
//! Prefer the subprotocol unless the page has to know why it was refused, or a proxy logs headers. Clients that are not
//! browsers can set headers: they send a bearer token, which needs no setting of its own.
//!
//! # The token as a subprotocol
//!
//! The page offers two subprotocols: its own, for the server to choose, and the token behind a prefix:
//!
//! ```js
//! const { idToken } = await sequence.getIdToken()
//! const socket = new WebSocket('wss://api.example.com/play', ['game.v1', `token.${idToken}`])
//! ```
//!
//! [`TokenSource::subprotocol`](crate::TokenSource::subprotocol) finds the token and removes the entry from the request,
//! so the server cannot choose it and echo the token:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, body::{Body, to_bytes}, http::{HeaderMap, Request}, routing::any};
//! # use sequence_auth::testing::LocalIssuer;
//! # use tower::ServiceExt;
//! use sequence_auth::{ConfigError, SequenceAuthLayer, TokenSource};
//!
//! fn for_websockets(auth: SequenceAuthLayer) -> Result<SequenceAuthLayer, ConfigError> {
//!     Ok(auth.sources([TokenSource::subprotocol("token.")?]))
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let issuer = LocalIssuer::new();
//! #     let offered = async |headers: HeaderMap| headers["sec-websocket-protocol"].to_str().unwrap().to_owned();
//! #     let app = Router::new().route("/play", any(offered)).layer(for_websockets(issuer.layer(13639)).unwrap());
//! #     let offer = format!("game.v1, token.{}", issuer.token().mint());
//! #     let request = Request::get("/play").header("sec-websocket-protocol", offer).body(Body::empty()).unwrap();
//! #     let response = app.oneshot(request).await.unwrap();
//! #     assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "game.v1");
//! # });
//! # }
//! ```
//!
//! Your handler never sees the entry. A second layer inside, with the same prefix, still receives the token and checks
//! it, too.
//!
//! The server has to choose `game.v1`: a browser closes the connection if the server chooses none of its subprotocols.
//! To accept programs on the same route, add [`TokenSource::bearer`](crate::TokenSource::bearer) before the subprotocol.
//!
//! # The token as the first message
//!
//! ```js
//! const socket = new WebSocket('wss://api.example.com/play-by-message', ['game.v1'])
//! socket.addEventListener('open', () => socket.send(idToken))
//! socket.addEventListener('close', ({ code, reason }) => console.log(code, reason))
//! ```
//!
//! The route has no layer. Its handler verifies the token with [`verifier`](crate::SequenceAuthLayer::verifier), which has
//! the same keys and the same policy as the layer.
//!
//! # The server
//!
//! Both ways in axum, with its feature `ws`:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use std::time::{Duration, SystemTime};
//!
//! use axum::{
//!     Router,
//!     extract::{
//!         State, WebSocketUpgrade,
//!         ws::{CloseFrame, Message, WebSocket},
//!     },
//!     response::Response,
//!     routing::any,
//! };
//! use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceClaims, TokenSource, TokenVerifier};
//! use tokio::time::timeout;
//!
//! const EXPIRED: &str = "the token has expired";
//!
//! /// Opens a session on both routes, one for each way to send the token.
//! pub(crate) fn app(auth: SequenceAuthLayer) -> Result<Router, ConfigError> {
//!     let verifier = auth.verifier();
//!     let by_subprotocol = auth.sources([TokenSource::subprotocol("token.")?]);
//!     Ok(Router::new()
//!         .route("/play", any(play).layer(by_subprotocol))
//!         .route("/play-by-message", any(play_by_message)) // verifies the token itself
//!         .with_state(verifier))
//! }
//!
//! /// The layer has verified the token before the connection is upgraded.
//! async fn play(upgrade: WebSocketUpgrade, claims: SequenceClaims) -> Response {
//!     bounded(upgrade).on_upgrade(async move |mut socket| {
//!         serve(&claims, &mut socket).await;
//!         close(socket, EXPIRED).await;
//!     })
//! }
//!
//! /// The token is the first message.
//! async fn play_by_message(
//!     upgrade: WebSocketUpgrade,
//!     State(verifier): State<TokenVerifier>,
//! ) -> Response {
//!     bounded(upgrade).on_upgrade(async move |mut socket| {
//!         let reason = match admit(&verifier, &mut socket).await {
//!             Ok(claims) => {
//!                 serve(&claims, &mut socket).await;
//!                 EXPIRED.to_owned()
//!             }
//!             Err(reason) => reason,
//!         };
//!         close(socket, &reason).await;
//!     })
//! }
//!
//! /// Chooses the protocol, and limits the memory that a client can make the server reserve.
//! fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
//!     const LIMIT: usize = 16 * 1024; // a token has 8 KiB at most
//!     let upgrade = upgrade.protocols(["game.v1"]);
//!     upgrade.max_frame_size(LIMIT).max_message_size(LIMIT)
//! }
//!
//! /// Gives the client 5 seconds to send its token.
//! async fn admit(verifier: &TokenVerifier, socket: &mut WebSocket) -> Result<SequenceClaims, String> {
//!     let first = timeout(Duration::from_secs(5), socket.recv()).await;
//!     let Ok(Some(Ok(Message::Text(token)))) = first else {
//!         return Err("the first message was not a token".to_owned());
//!     };
//!     let verified = verifier.verify(&token).await;
//!     verified.map_err(|error| error.description().to_owned())
//! }
//!
//! /// Serves the player until the token expires or the client disconnects.
//! async fn serve(claims: &SequenceClaims, socket: &mut WebSocket) {
//!     let left = claims.expires_at().duration_since(SystemTime::now());
//!     let _ = timeout(left.unwrap_or_default(), echo(socket)).await;
//! }
//!
//! async fn echo(socket: &mut WebSocket) {
//!     while let Some(Ok(message)) = socket.recv().await {
//!         if let Message::Text(_) = message
//!             && socket.send(message).await.is_err()
//!         {
//!             return;
//!         }
//!     }
//! }
//!
//! /// Codes from 4000 on belong to the application (RFC 6455 §7.4.2).
//! async fn close(mut socket: WebSocket, reason: &str) {
//!     let frame = CloseFrame {
//!         code: 4401,
//!         reason: reason.into(),
//!     };
//!     let sent = socket.send(Message::Close(Some(frame)));
//!     let _ = timeout(Duration::from_secs(2), sent).await;
//! }
//! # }
//! ```
//!
//! # End the session with its token
//!
//! The layer checks a token once. A connection stays open after the token expires, unless the server closes it: `serve`
//! above does. The example `cargo run -p websocket` goes further:
//!
//! - **A new token prolongs the session.** The client sends it before the old token expires. The server verifies it and
//!   accepts it only for the same player: the same [`issuer`](crate::SequenceClaims::issuer) and
//!   [`wallet`](crate::SequenceClaims::wallet). Otherwise it closes the connection with 4403.
//! - **The wall clock decides.** Timers of tokio stand still while a machine sleeps. The session compares
//!   [`expires_at`](crate::SequenceClaims::expires_at) with the clock before each message, and every 30 seconds.
//! - **The server ends its sessions** when it shuts down, with code 1001: `axum::serve` does not wait for upgraded
//!   connections.
//!
//! The heart of such a session, for any framework:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use sequence_auth::testing::LocalIssuer;
//! use sequence_auth::{AuthError, SequenceClaims, TokenVerifier};
//!
//! enum Refused {
//!     Token(AuthError),
//!     OtherPlayer,
//! }
//!
//! /// Verifies the new token of a session, and returns the claims to go on with.
//! async fn renew(
//!     verifier: &TokenVerifier,
//!     session: &SequenceClaims,
//!     token: &str,
//! ) -> Result<SequenceClaims, Refused> {
//!     let new = verifier.verify(token).await.map_err(Refused::Token)?;
//!     let is_same_player = new.issuer() == session.issuer() && new.wallet() == session.wallet();
//!     if is_same_player { Ok(new) } else { Err(Refused::OtherPlayer) }
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let issuer = LocalIssuer::new();
//! #     let verifier = issuer.layer(13639).verifier();
//! #     let session = verifier.verify(&issuer.token().mint()).await.unwrap();
//! #     assert!(renew(&verifier, &session, &issuer.token().mint()).await.is_ok());
//! #     let other = issuer.token().wallet("0x8ba1f109551bD432803012645Ac136ddd64DBA72").mint();
//! #     assert!(matches!(renew(&verifier, &session, &other).await, Err(Refused::OtherPlayer)));
//! #     let expired = issuer.token().expired().mint();
//! #     assert!(matches!(renew(&verifier, &session, &expired).await, Err(Refused::Token(_))));
//! # });
//! # }
//! ```
//!
//! # What to look out for
//!
//! - **Nonces.** On a layer with bound nonces, `verify` accepts no token. Pass the headers of the handshake to
//!   [`verify_with_headers`](crate::TokenVerifier::verify_with_headers): see
//!   [logins](crate::guide::logins#websockets). A session that renews its token needs a nonce for each token, or a verifier
//!   of a layer without nonces.
//! - **Cookies.** A browser sends cookies with the handshake of any site. The layer refuses a token in a
//!   [cookie](crate::guide::sources#cookies) if another site opened the WebSocket. For a session cookie of your own,
//!   compare `Origin` yourself. A token in a subprotocol or a message is safe from this, because the page has to know it.
//! - **HTTP/2.** Use `any`, not `get`: over HTTP/2, the handshake is a `CONNECT` request (RFC 8441).
//! - **Limits.** Before the first message, anybody can hold a connection. Limit them by address, and keep the time limit for
//!   the first message short.
