//! From a response, a log line or a compile error to the cause and the cure.
//!
//! # Find the reason
//!
//! **In the response.** `error_description` names the check that failed. The
//! [table of errors](crate::guide::answers#every-kind-of-error) lists every text, whose fault it is, and the cure. A
//! response without `error_description` is not from this layer, but from your router, a proxy or other middleware.
//!
//! **In the log.** Start a [`tracing` subscriber](crate::guide::getting_started#see-the-log), and the server with
//! `RUST_LOG=sequence_auth=debug`. Each refused request is logged with the `kind` of its error and its `status`. For a
//! request without a token, a second event gives the reason for each source. Most mistakes of configuration are logged
//! as warnings without this setting, but instances with different [nonce keys](#401-a-login-with-a-nonce) are not.
//! [`observing`](crate::guide::observing) lists all events.
//!
//! **From the token.** A token is secret while it is valid: do not paste it into a website. This prints its claims,
//! unverified:
//!
//! ```sh
//! printf %s "$TOKEN" | cut -d . -f 2 | tr '_-' '/+' | base64 -d 2>/dev/null
//! ```
//!
//! Compare `iss` and `aud` with the `issuer` and `projects` that the layer logs at `info` when it starts. To check a token
//! with the layer's own rules, verify it without a request:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! # use sequence_auth::testing::LocalIssuer;
//! use sequence_auth::SequenceAuthLayer;
//!
//! async fn explain(layer: &SequenceAuthLayer, token: &str) -> String {
//!     match layer.verifier().verify(token).await {
//!         Ok(claims) => format!("accepted for {}", claims.wallet()),
//!         Err(error) => format!("{}: {error}", error.kind()),
//!     }
//! }
//!
//! # let issuer = LocalIssuer::new();
//! # let (layer, token) = (issuer.layer(13639), issuer.token().project(777).mint());
//! assert_eq!(
//!     explain(&layer, &token).await,
//!     "invalid_audience: the audience (aud) of the token is missing, malformed or another project"
//! );
//! # });
//! # }
//! ```
//!
//! # 401: every token is refused
//!
//! If a token has a good signature and is refused all the same, the server is usually configured wrongly. A `warn` event
//! then has the fields `expected`, `presented` and `cure`, at most once a minute for each kind.
//!
//! | `error_description` contains | cause | cure |
//! |---|---|---|
//! | `audience (aud)` | The layer has another project ID than the front end. | Use the ID of the project that the client signs in to, or [`from_config_key`](crate::SequenceAuthLayer::from_config_key) with the front end's `waasConfigKey`. |
//! | `audience (aud)`; the token's `aud` starts with `https://api.sequence.build` | Sequence issued this audience before July 2024. | Get a new token. If clients still send such tokens, set [`audience_prefix`](crate::SequenceAuthLayerBuilder::audience_prefix). |
//! | `key (kid) that the issuer does not publish` | The tokens are from another environment or issuer, or `jwks_url` is wrong. A `warn` event appears after three such tokens, if no token was accepted so far. | Set the [`environment`](crate::SequenceAuthLayerBuilder::environment). At `debug`, an event names the environment that the token claims. |
//! | `issuer (iss)` | The environment is wrong, or the configured issuer differs by a slash at its end. | Configure the issuer exactly as `iss` has it. |
//! | `algorithm (alg)` | The player uses OMS Wallet, and the layer trusts Embedded Wallet alone, or the other way round. | Trust [both issuers](crate::guide::issuers). |
//! | `no email claim` | The players are guests. | Set [`EmailPolicy::Optional`](crate::EmailPolicy::Optional). |
//! | `issued in the future` | The server's clock is behind, or the clocks of two instances differ. | Synchronize the clock (NTP). A `warn` event says by how much it is wrong. With OMS Wallet, a client may also have written the time itself: then only single tokens are refused. |
//! | `has expired (exp)`, for new tokens | The server's clock is ahead. | The same. |
//! | `does not vouch for` | The layer has `once`, `max_token_age` or `max_session_age`, and the player uses OMS Wallet. | Set them on the layer for Embedded Wallet, before [`or`](crate::SequenceAuthLayer::or). |
//! | `nonce` | See [a login with a nonce](#401-a-login-with-a-nonce). | |
//! | `no ID token was sent` | See the next section. | |
//!
//! # 401: the client sends a token, and the layer finds none
//!
//! | reason at `debug`, or symptom | cause | cure |
//! |---|---|---|
//! | the request is `OPTIONS` | It is a CORS preflight, which never has a token. | Put the CORS layer [outside](crate::guide::middleware#cors). A `warn` event says so. |
//! | `there is no Authorization header` | A proxy or CDN removes the header, as CloudFront does by default with `GET` and `HEAD`. | Forward the header, or use a [header of your own](crate::TokenSource::header). |
//! | `there is none`, for a header of your own | nginx drops headers with an underscore in their name by default. | Name it `x-sequence-token`, with hyphens. |
//! | no `Authorization`, after a redirect | Browsers, curl and most clients drop `Authorization` when a redirect leads to another origin, and `http` to `https` is another origin. | Call the final URL. |
//! | no `Authorization`, from a page | `fetch` with `mode: 'no-cors'` drops the header. | Remove the mode, and configure [CORS](crate::guide::middleware#cors). |
//! | `the Authorization header has another scheme` | A proxy or the browser sends `Basic` credentials. | Send the token in a header of your own. |
//! | `the method carries no body` | The token is in the body of a `GET`. | Use `POST`, or the header. |
//! | `there is no content-type`, `content-type is …` | The client sends JSON without `Content-Type: application/json`. `fetch` sends a string as `text/plain`. | Set the header. |
//! | `a content-encoding is applied` | The client compresses the body. | Send the token in the header. |
//! | `the body does not hold it` | The field has another name, or is not at the top level. | Rename the field, or set a [`json_field`](crate::TokenSource::json_field). |
//! | from a WebSocket | Browsers cannot set its headers. | Use a [subprotocol](crate::guide::websockets). |
//!
//! # 401: some players, or some requests
//!
//! | symptom | cause | cure |
//! |---|---|---|
//! | after some minutes | The client keeps a token that has expired. | Call `getIdToken()` before each call, or again after a 401. |
//! | guests only | Their tokens have no email. | [`EmailPolicy::Optional`](crate::EmailPolicy::Optional) |
//! | right after the issuer has changed its key | The first unknown `kid` causes a fetch: two in a row at most, then one every 30 seconds. | Try again. |
//! | visitors of an optional route | A cookie still holds an expired token, and a bad token is refused even if tokens are optional. | Give the cookie a `Max-Age` that ends with its token. |
//! | the second attempt of a login | The nonce was used by the first attempt. | Get a new nonce and a new token for each attempt: see [logins](crate::guide::logins#what-the-client-does-with-a-refusal). |
//! | logins in frames, in Safari, or on two hosts | The login cookie did not arrive. | See [logins](crate::guide::logins). |
//! | with two instances, about half of the logins | The instances do not share key and store. | See [nonces](crate::guide::nonces). |
//!
//! # 401: a login with a nonce
//!
//! | `error_description` contains | cause | cure |
//! |---|---|---|
//! | `has no nonce claim` | The client called `getIdToken()` without a nonce. | Call `getIdToken({ nonce })`. |
//! | `not issued by this service` | The instances have different keys, or the process has a random key and was restarted. No warning says so, because any client can send such a token. | Give all instances [the same key](crate::guide::nonces#the-key). |
//! | `issued by another instance` | The instances keep used nonces in their own memory, or the process was restarted. A `warn` event says so. | Give them [the same store and the same key](crate::guide::nonces#several-instances). |
//! | `what the nonce is bound to` | The login cookie did not arrive. | See [logins](crate::guide::logins#what-the-client-does-with-a-refusal). |
//! | `issued for another browser` | The nonce was requested in another browser, or was not bound. | Request it by [`respond_to`](crate::Nonces::respond_to), in the browser that logs in. |
//! | `nonce of the token has expired` | The player took longer than 5 minutes. | Request the nonce immediately before `getIdToken`, or raise its [`lifetime`](crate::NoncesBuilder::lifetime). |
//! | `nonce of the token was used before` | The request was sent twice. | Get a new nonce and a new token for each attempt. |
//!
//! # 400, 408, 413
//!
//! | symptom | cause | cure |
//! |---|---|---|
//! | 400 for a bearer token | The client sent `{"idToken": …}` or a quoted string after `Bearer`, or the header twice. | Send the bare token. |
//! | 400 for a body with both `sequenceToken` and `idToken` | A layer that trusts OMS Wallet accepts both names, and requires one token. | Set the [sources](crate::guide::sources). |
//! | 400 for a field that is not a string | The client sent the whole result of `getIdToken()`. | Send its `idToken`. |
//! | 413 for uploads in JSON | The layer searches JSON bodies of up to 64 KiB. | Send the token in the header, or raise [`body_limit`](crate::SequenceAuthLayer::body_limit). |
//! | 408 on slow connections | The body took longer than 5 seconds. | Send the token in the header, or raise [`body_timeout`](crate::SequenceAuthLayer::body_timeout). |
//! | 422 from axum's `Json` | The type has `deny_unknown_fields`, and the body still holds the token. | Add the field to the type. |
//! | 502 at a proxy, or a reset, instead of a 401 to a large upload | The server closed the connection before the client had sent its body. | See [deployment](crate::guide::deployment). |
//!
//! # 403
//!
//! | `error_description`, or symptom | cause | cure |
//! |---|---|---|
//! | `another site made the request` | The token is in a cookie, and `Origin` is not the request's host. If the page is your own, a proxy changes `Host`. | nginx: `proxy_set_header Host $http_host;` See [cookies](crate::guide::sources#cookies). |
//! | `another site asked for the nonce` | The same, for [`respond_to`](crate::Nonces::respond_to). | The same, or name the page's origin by [`allow_origin`](crate::LoginCookies::allow_origin). |
//! | `does not give access` | A predicate of your own returned `false`. | |
//! | `does not know its player` | Your `load` returned `None`. | Create the player on a route without that `load`. |
//! | a body that is not JSON | tower-http's `CsrfLayer` refused the request. | Name the page's origin by `add_trusted_origin`. |
//!
//! # 500
//!
//! - **An empty body, and an `error` event of this crate**: the handler takes
//!   [`SequenceClaims`](crate::SequenceClaims), and no layer guards its route. Add the layer after the route: see
//!   [routers](crate::guide::routers).
//! - **`Missing request extension`**: the same with `Extension<SequenceClaims>`. On an
//!   [`optional`](crate::SequenceAuthLayer::optional) route it is a request without a token: take
//!   `Option<SequenceClaims>` instead.
//! - **A panic in rustls about the process-level `CryptoProvider`**: your dependencies enable two providers, and some code
//!   leaves the choice to rustls. Call `rustls::crypto::aws_lc_rs::default_provider().install_default()` at the start of
//!   `main`. The fetch of the keys works either way.
//! - **A panic about a missing reactor or timer**: the layer is used outside of a Tokio runtime. The runtime needs
//!   `enable_all`.
//!
//! # 503 and 429
//!
//! | `error_description` contains | cause | cure |
//! |---|---|---|
//! | `keys to verify tokens` | The key document could not be fetched, now or for 24 hours. The event names the URL and the cause. | Fetch the URL with curl **from the same machine**. Check DNS, egress rules, `HTTPS_PROXY`, and that the container has CA certificates: see [keys](crate::guide::keys) and [deployment](crate::guide::deployment). |
//! | the same, after a shutdown | [`shutdown`](crate::SequenceAuthLayer::shutdown) ends the fetching for all clones, for good. | Call it last. |
//! | the same, in tests | The layer fetches from production. | Use [`LocalIssuer`](crate::guide::testing). |
//! | `what this service knows of the player` | Your `load` failed or took longer than 5 seconds. | The `warn` event has the error. |
//! | `use of the token cannot be recorded` | The store of used nonces does not answer, or is a new Redis (4 seconds). | The `warn` event has the cause: see [nonces](crate::guide::nonces#a-503-or-429). |
//! | `too many uses` | 503: the store is full. 429: one wallet has used its share. | See [nonces](crate::guide::nonces). |
//!
//! The health endpoint can show the cause of missing keys:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
//! # runtime.block_on(async {
//! use sequence_auth::{FetchError, SequenceAuthLayer};
//!
//! let layer = SequenceAuthLayer::builder(13639)
//!     .key_fetcher(|| async { Err(FetchError::new("connection refused")) })
//!     .build()?;
//! assert!(layer.ready().await.is_err());
//!
//! let health = layer.health();
//! assert!(!health.is_ready());
//! assert_eq!(health.last_error().expect("a failed fetch").to_string(), "the key fetcher failed");
//! # Ok::<(), sequence_auth::ConfigError>(()) }).unwrap();
//! # }
//! ```
//!
//! # 200 without a token
//!
//! The route is open: it was added after the layer, or it is a fallback. [`routers`](crate::guide::routers) lists what
//! each place of the layer guards, and has a test to copy.
//!
//! # In the browser
//!
//! | symptom | cause | cure |
//! |---|---|---|
//! | "blocked by CORS policy" | The preflight is refused, or `Authorization` is not among the allowed headers. A wildcard does not cover it. | [CORS outside, with the header by name](crate::guide::middleware#cors) |
//! | the page sees a network error, and the server logs a 401 | The response has no CORS headers. | CORS outside |
//! | `response.headers.get('retry-after')` is `null` | CORS does not expose the header. | `expose_headers` |
//! | the cookie is not sent | `fetch` to another origin without `credentials: 'include'`; `SameSite`; `Secure` over plain HTTP; a path or domain that does not match. | See [logins](crate::guide::logins#page-and-backend-on-different-hosts). |
//! | the cookie is not kept | `__Host-` requires `Secure`, `Path=/` and no `Domain`. Safari keeps no `Secure` cookies over `http://localhost`. | Use HTTPS in development, too. |
//! | a WebSocket closes with 1006 | The handshake was refused, or the server chose none of the page's subprotocols. | Look at the server's log; see [websockets](crate::guide::websockets). |
//!
//! # gRPC and gRPC-Web
//!
//! - HTTP status 200 with `grpc-status: 16` is a refusal: gRPC reports errors in this way. `grpc-message` has the reason.
//! - A client of gRPC-Web reports code 2, or reports a refused stream as empty: CORS does not expose `grpc-status`
//!   and `grpc-message`, or tonic-web is outside of the layer.
//! - A refusal arrives as JSON: the request's content type is not one of gRPC.
//! - Health checks are refused: the layer is around the whole server.
//!
//! [`grpc`](crate::guide::grpc) has the order of layers, and open services beside guarded ones.
//!
//! # It does not compile
//!
//! | error | cause and cure |
//! |---|---|
//! | `Handler<_, _>` is not satisfied, for a handler with `SequenceClaims` | The feature `axum` is off, or axum is not version 0.8. Without the feature, take `Extension<SequenceClaims>`. |
//! | `IntoResponse` is not satisfied for `AuthError` | The feature `axum` is off. |
//! | no function `new` for `SequenceAuthLayer` | The feature `http` is off. Enable it, or give the builder a [`FetchKeys`](crate::FetchKeys). |
//! | unresolved import `sequence_auth::testing` | Add the feature `testing` under `[dev-dependencies]`. |
//! | unresolved import of `RedisStore` | The feature `redis` is off. |
//! | expected `u64`, found `&str` in `SequenceAuthLayer::new` | A project of OMS Wallet (`prj_…`) needs [`oms_wallet`](crate::SequenceAuthLayer::oms_wallet). |
//! | `FromFn<…>: Service<…>` is not satisfied; type annotations or bodies that do not match around `layer` | See [routers](crate::guide::routers#compiler-errors), which has each error with code that compiles. |
//! | the build of `aws-lc-sys` fails | Install a C compiler. |
//! | the build of `openssl-sys` fails | The feature `native-tls` needs OpenSSL's headers (`libssl-dev` and `pkg-config` on Debian). |
//!
//! # `build` or `from_env` returns an error
//!
//! [`ConfigError`](crate::ConfigError) names the setting, or the environment variable, and the value that it refuses. Some
//! values look right: `pk_…` is a publishable key and not a project, and a `waasConfigKey` is not a `projectAccessKey`.
