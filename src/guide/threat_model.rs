//! The attackers that the layer withstands, its guarantees, and the duties that it leaves to the application.
//!
//! # Assets
//!
//! - **The player's account**: only the player's own token may act for a wallet.
//! - **Tokens, nonces and emails**: they must not leak through responses, errors, logs or metrics.
//! - **The availability of the service**: neither a sender of bad requests nor an outage of the issuer may take it down.
//!
//! # Attackers
//!
//! The attacker can
//!
//! - send any bytes, at any pace, over any number of connections;
//! - hold valid tokens of other projects, of guests and of accounts of their own, and expired tokens;
//! - know the issuer's public keys and the source of this crate;
//! - make a victim's browser send requests from another site;
//! - control the network between the issuer and this process, but not break TLS.
//!
//! The issuer is trusted for the tokens that it signs, and only for these. Its key document may be missing, late, huge or
//! malformed. In OMS Wallet, the player's client chooses the lifetime and the custom claims of its tokens, so these are
//! the player's statements and not the issuer's.
//!
//! # Guarantees
//!
//! A way around one of these is a vulnerability. `SECURITY.md` in the repository says how to report it.
//!
//! **Authenticity**
//!
//! - The inner service receives [`SequenceClaims`](crate::SequenceClaims) only from a verified token. Such a token is signed
//!   with a key that the issuer published: RS256 for Embedded Wallet, ES256 for OMS Wallet. It is for your project and
//!   issuer. It has not expired and was not issued in the future, ± the leeway (30 s).
//! - No claim decides anything before the signature has been verified. Each issuer has one fixed algorithm; the
//!   `alg` of a token only selects the issuer. Keys inside the token (`jwk`, `jku`, `x5c`, `x5u`) are ignored.
//! - Claims that are already in the request's extensions are removed first, on every path.
//! - Without [`optional`](crate::SequenceAuthLayer::optional), a request without claims never reaches the inner service.
//! - With [two issuers](crate::guide::issuers), a key of one never verifies a token of the other. The settings of each
//!   layer stay in force for the tokens of its own issuer.
//!
//! **One-time use**
//!
//! - Behind [`with_nonces`](crate::SequenceAuthLayer::with_nonces), a nonce reaches the inner service once, however many
//!   requests arrive at the same time and however many instances share a store. A nonce that another application
//!   issued, that has expired or that is bound to another browser is refused.
//! - Behind [`once`](crate::SequenceAuthLayer::once), a token reaches the inner service once.
//! - A store that is full, unreachable or unsure leads to 503, never to a second use. Both guarantees need a store that
//!   keeps the contract of [`OneTimeStore`](crate::OneTimeStore). With a store in memory, each instance refuses the nonces
//!   of the others, unless they set the same [`scope`](crate::NoncesBuilder::scope). With the same scope, or behind
//!   `once`, each instance accepts a nonce or token once.
//!
//! **Availability**
//!
//! - A request never makes the layer panic, connect to an address of the sender's choice, or fetch keys more often than
//!   [the cool-down](crate::guide::keys#when-keys-are-fetched) allows.
//! - Refusing a request takes at most 7 % more instructions than verifying a new token of the same size, however large
//!   or odd its headers are. A token that is refused for its nonce takes at most 35 % more, because its cookies are
//!   searched, too. A JSON body adds at most a fifth of a new token for each KiB. Tests [check these
//!   bounds](crate::guide::performance#cost-of-refused-requests).
//! - Until its token is verified, a request makes the layer hold at most 64 KiB, or four times `body_limit` with a JSON body.
//!   It waits at most 2 s for keys and 5 s for its body.
//! - While the keys are younger than `max_stale` (24 hours), an outage of the issuer does not affect tokens signed with a
//!   known key. Without trustworthy keys, requests are refused with 503 and never let through.
//!
//! **Secrecy**
//!
//! - Tokens, emails and nonces appear in no response, error, log event, metric or `Debug` text. There are two exceptions:
//!   [`Nonces::respond_to`](crate::Nonces::respond_to) returns the nonce that it issues, and the error of
//!   [`SequenceClaims::custom`](crate::SequenceClaims::custom) may quote a claim.
//! - The headers of the built-in sources are marked as sensitive, so the `Debug` output of a request hides them.
//! - Refusals are sent with `Cache-Control: no-store`.
//! - Signatures are verified with public keys, so the timing of the check cannot reveal a secret.
//!
//! # Attacks and answers
//!
//! | attack | answer |
//! |---|---|
//! | algorithm confusion: `none`, HS256 with the public key, another `alg` | the issuer's algorithm is fixed; everything else is 401 |
//! | a token of another project, environment or issuer | `iss` and `aud` are compared exactly |
//! | a changed, truncated or re-encoded token | strict base64url and JSON; each member and claim at most once |
//! | a replayed token | [nonces](crate::guide::nonces), `once`, `max_token_age` |
//! | login CSRF: the victim's browser sends the attacker's token | nonces that are [bound](crate::Nonces#binding) to the browser |
//! | CSRF with a token in a cookie | [`TokenSource::cookie`](crate::TokenSource::cookie) refuses with 403 if the browser reports another site |
//! | a flood of unknown keys or invalid signatures | two fetches, then one in each cool-down; at most 64 requests wait |
//! | huge headers, deep JSON, endless or slow bodies | [limits](crate::guide::limits#sizes-times-and-counts) that are checked before the work is done |
//! | forged log lines | text from outside is escaped and cut at 200 bytes |
//! | a hostile key document | 256 KiB and 128 keys at most; weak and ambiguous keys are skipped; good keys are never replaced by a bad document |
//!
//! In the repository, `tests/it/attacks` has a test for each class of attack, with the public case that it comes from.
//! Other tests compare the verdicts with those of `jsonwebtoken`. Fuzz targets cover each parser of bytes from a
//! request, an issuer or a front end.
//!
//! # Left to the application
//!
//! - **TLS.** A token is a bearer credential (RFC 6750 §5.2): a copy works until it expires, unless the layer requires a
//!   nonce. That is 10 minutes after its issue for Embedded Wallet. For OMS Wallet, the client
//!   [chooses the lifetime](crate::guide::issuers#what-the-client-of-oms-wallet-decides). Keep tokens out of URLs and logs.
//! - **Login.** A route that exchanges a token for a session needs nonces that are bound to the browser. Use
//!   [`LoginCookies`](crate::LoginCookies), or a cookie of your own that another host can neither guess nor set.
//! - **The key of the nonces.** Its holder can sign nonces with any time of issue and for any browser. Keep the key
//!   like a password.
//! - **Emails.** The issuer does not state that an email was verified. Never link accounts by equal emails.
//! - **Custom claims of OMS Wallet.** The player wrote them. Do not derive permissions from them.
//! - **Streams.** A WebSocket stays open after `exp`. [`guide::websockets`](crate::guide::websockets) shows sessions that
//!   end with their token.
//! - **Cookies.** `GET` requests must not change anything. The layer relies on the browser to report other sites.
//! - **Coverage.** A route without the layer is open. [`guide::routers`](crate::guide::routers) lists the usual mistakes.
//! - **Rate limits, CORS and connections.** [`guide::middleware`](crate::guide::middleware) has the order of layers;
//!   [`guide::deployment`](crate::guide::deployment#large-uploads) explains early refusals.
//! - **gRPC.** A refused gRPC request has the HTTP status 200 and a `grpc-status`. A monitor that judges requests by their
//!   HTTP status has to read both.
//! - **Certificate authorities.** Keys are fetched over TLS, so a certificate authority that the machine trusts, or a proxy
//!   that intercepts TLS, can replace them and forge tokens.
//! - **The feature `testing`** and the demo issuer sign for anyone. Keep them out of production.
//!
//! # Example
//!
//! The defaults authenticate every request. A login route adds proof that the token is new and belongs to this browser:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, routing::{get, post}};
//! # use sequence_auth::{ConfigError, LoginCookies, NonceKey, Nonces, SequenceAuthLayer};
//! # async fn log_in() {}
//! # async fn me() {}
//! fn app(auth: SequenceAuthLayer, key: NonceKey) -> Result<Router, ConfigError> {
//!     let nonces = Nonces::builder(key).bound_by_login_cookies(LoginCookies::default()).build()?;
//!     Ok(Router::new()
//!         .route("/me", get(me).layer(auth.clone()))
//!         .route("/login", post(log_in).layer(auth.with_nonces(nonces))))
//! }
//! # app(sequence_auth::testing::LocalIssuer::new().layer(13639), NonceKey::random())?;
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
