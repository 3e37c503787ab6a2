//! Coming from Sequence's guide for Express: each of its steps, and the same endpoint in axum.
//!
//! Sequence documents how a backend in TypeScript verifies an ID token ("Headless wallet verification"): an Express
//! server with `jwks-rsa` for the keys and `jsonwebtoken` for the token. The tokens, the requests of the client and the
//! contract of the endpoint are the same here, so the client does not change.
//!
//! # Step by step
//!
//! | in the Express guide | here |
//! |---|---|
//! | The client calls `sequence.getIdToken()`. | unchanged |
//! | The client sends `POST` with `{"sequenceToken": idToken}`. | unchanged; a [bearer header](crate::TokenSource::bearer) also works |
//! | `express.json()` parses the body, up to 100 KB. | The layer searches a JSON body of up to 64 KiB ([`body_limit`](crate::SequenceAuthLayer::body_limit)), and passes it on unchanged. |
//! | `jwksClient` has the URL of the keys and caches each key for a day. | the URL of the [environment](crate::Environment), production by default; a background task fetches the keys every 5 minutes |
//! | The expected audience is a constant with the project ID. | `SequenceAuthLayer::new(13639)` |
//! | `jwt.decode` reads the `kid`, and `getSigningKey` returns its key. | built in |
//! | `jwt.verify` checks the signature with `RS256`, and the audience. | built in |
//! | The email is a non-empty string. | the default, [`EmailPolicy::Required`](crate::EmailPolicy::Required) |
//! | An exception ends the request; your code chooses the status. | 401 with a JSON body, `WWW-Authenticate`, and the name of the check |
//! | The code uses the members of the decoded token. | [`SequenceClaims`](crate::SequenceClaims): a typed wallet, email, times, identity |
//!
//! # The endpoint
//!
//! `POST /api/verify-wallet`, with the response of Sequence's sample project:
//!
//! ```sh
//! cargo add sequence-auth --features axum
//! cargo add axum@0.8 serde_json && cargo add tokio --features full
//! ```
//!
//! ```
//! use std::time::{SystemTime, UNIX_EPOCH};
//!
//! use axum::{Json, Router, routing::post};
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//! use serde_json::{Value, json};
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     Router::new().route("/api/verify-wallet", post(verify_wallet).route_layer(auth))
//! }
//!
//! async fn verify_wallet(claims: SequenceClaims) -> Json<Value> {
//!     Json(json!({
//!         "message": "Wallet verified successfully",
//!         "wallet": {
//!             "walletAddress": claims.wallet().to_checksum(None),
//!             "email": claims.email(),
//!             "iat": claims.issued_at().map(unix_seconds),
//!             "exp": unix_seconds(claims.expires_at()),
//!         },
//!     }))
//! }
//!
//! fn unix_seconds(time: SystemTime) -> u64 {
//!     time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
//! }
//!
//! # async fn serve() -> std::io::Result<()> {
//! // In `main`:
//! let app = app(SequenceAuthLayer::new(13639)); // your project ID
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! axum::serve(listener, app).await
//! # }
//! # #[cfg(feature = "testing")] {
//! # use axum::{body::{Body, to_bytes}, http::Request};
//! # use tower::ServiceExt;
//! # let issuer = sequence_auth::testing::LocalIssuer::new();
//! # let router = app(issuer.layer(13639));
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let request = Request::post("/api/verify-wallet").header("content-type", "application/json");
//! #     let body = json!({"sequenceToken": issuer.token().mint()}).to_string();
//! #     let response = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
//! #     let body: Value = serde_json::from_slice(&to_bytes(response.into_body(), 1000).await.unwrap()).unwrap();
//! #     assert_eq!(body["wallet"]["email"], "player@example.com");
//! # });
//! # }
//! ```
//!
//! The layer refuses a bad token before the handler runs:
//!
//! ```text
//! HTTP/1.1 401 Unauthorized
//! content-type: application/json
//! www-authenticate: Bearer realm="sequence", error="invalid_token", error_description="the token has expired (exp)"
//!
//! {"error":"invalid_token","error_description":"the token has expired (exp)"}
//! ```
//!
//! To keep the body that your client reads today, replace it with [`on_reject`](crate::SequenceAuthLayer::on_reject):
//!
//! ```
//! use axum::body::Bytes;
//! use sequence_auth::SequenceAuthLayer;
//!
//! fn with_old_errors(auth: SequenceAuthLayer) -> SequenceAuthLayer {
//!     auth.on_reject(|_error, response| response.map(|_| Bytes::from_static(br#"{"message":"Invalid token"}"#)))
//! }
//! ```
//!
//! If your backend accepts players without an email, set [`EmailPolicy::Optional`](crate::EmailPolicy::Optional). If your
//! front end has a `waasConfigKey`, `SequenceAuthLayer::from_config_key` reads the project and the environment from it.
//!
//! # What the layer checks beyond the guide
//!
//! | | in the Express guide | here |
//! |---|---|---|
//! | `iss` | not checked | must be the issuer of the environment |
//! | `exp` | checked if present | required, and at most 24 hours ahead |
//! | `iat`, `auth_time` | not checked | must not be in the future, with 30 seconds of leeway |
//! | `sub` | not checked | must be the address of a wallet |
//! | the size of the token | the limit of the body | 8 KiB, and 1 KiB for its header |
//! | a claim, or the field with the token, that comes twice | the last value counts | refused |
//! | an unknown `kid` | A fetch for each request, unless `rateLimit` is set. A forged token is enough to cause it. | A shared fetch: at most two in a row, then one every 30 seconds. |
//! | a key that Sequence has withdrawn | accepted for up to a day | refused after the next fetch, within 5.5 minutes |
//! | a new key under the same `kid` | its tokens are refused for up to a day | A bad signature causes a fetch in the background. |
//! | Sequence is down | Requests whose key is not cached fail. | The keys remain trusted for 24 hours, then 503 with `Retry-After`. |
//! | a stolen token | accepted until it expires | the same, unless the route requires a [nonce](crate::guide::nonces) |
//!
//! [`guide::checks`](crate::guide::checks) lists all checks in their order.
//!
//! # When you move
//!
//! - **Audience.** Samples from before July 2024 expect `https://api.sequence.build/project/…`. The issuer now writes
//!   `https://sequence.build/project/…`, which is the default here. If the audiences differ, a warning names both.
//! - **Both at once.** The layer and the Express server verify the same tokens independently, so move one route at a time.
//!   With [nonces](crate::guide::nonces) or [`once`](crate::SequenceAuthLayer::once), let a single backend verify the
//!   tokens of a login.
//! - **Logs.** The guide's code prints the expected audience. The layer logs its issuer, projects and key URL when it
//!   starts, and refused requests at `debug`; it never logs a token or an email.
//! - **Tests.** [`guide::testing`](crate::guide::testing) replaces recorded tokens, which expire after 10 minutes.
