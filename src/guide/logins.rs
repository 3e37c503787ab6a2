//! Logins in browsers with nonces: tabs, other sites, other hosts, frames, and refused logins.
//!
//! A browser login exchanges an ID token for a session of your application. With [nonces](crate::guide::nonces), each token
//! passes once, and only in the browser for which its nonce was issued. `examples/login` is such an application, with
//! sessions and a page. The statements about Chromium below were tested with it.
//!
//! # The server
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use axum::{Router, extract::{Request, State}, response::Response, routing::{get, post}};
//! use sequence_auth::{ConfigError, LoginCookies, NonceKey, Nonces, SequenceAuthLayer, SequenceClaims};
//!
//! async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
//!     nonces.respond_to(&request)
//! }
//!
//! async fn log_in(claims: SequenceClaims) -> String {
//!     // Start a session here. This token is not accepted again.
//!     claims.wallet().to_string()
//! }
//!
//! fn app(auth: SequenceAuthLayer, key: NonceKey) -> Result<Router, ConfigError> {
//!     let nonces = Nonces::builder(key)
//!         .bound_by_login_cookies(LoginCookies::default())
//!         .build()?;
//!     Ok(Router::new()
//!         .route("/nonce", get(nonce).with_state(nonces.clone()))
//!         .route("/login", post(log_in).layer(auth.with_nonces(nonces))))
//! }
//! # use axum::{body::{Body, to_bytes}, http::Request as HttpRequest};
//! # use tower::ServiceExt;
//! # let issuer = sequence_auth::testing::LocalIssuer::new();
//! # let app = app(issuer.layer(13639), NonceKey::random()).unwrap();
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let send = async |request: HttpRequest<Body>| app.clone().oneshot(request).await.unwrap();
//! #     let answer = send(HttpRequest::get("/nonce").body(Body::empty()).unwrap()).await;
//! #     let cookie = answer.headers()["set-cookie"].to_str().unwrap().split_once(';').unwrap().0.to_owned();
//! #     let text = String::from_utf8(to_bytes(answer.into_body(), 1000).await.unwrap().to_vec()).unwrap();
//! #     let token = issuer.token().nonce(text.split('"').nth(3).unwrap()).mint();
//! #     let login = |cookie: &str| {
//! #         let request = HttpRequest::post("/login").header("cookie", cookie).header("content-type", "application/json");
//! #         request.body(Body::from(format!(r#"{{"sequenceToken":"{token}"}}"#))).unwrap()
//! #     };
//! #     assert_eq!(send(login("a=b")).await.status(), 401);
//! #     assert_eq!(send(login(&cookie)).await.status(), 200);
//! #     assert_eq!(send(login(&cookie)).await.status(), 401);
//! # });
//! # }
//! ```
//!
//! The session needs a cookie of your own, with an unguessable value, a name that starts with `__Host-`, and the attributes
//! `Secure`, `HttpOnly`, `Path=/` and `SameSite=Strict` or `Lax`. This layer does not know that cookie: put tower-http's
//! [`CsrfLayer`](crate::guide::middleware#cookies-and-requests-of-other-sites) around every route that reads it.
//! `examples/login` has both, with tower-sessions.
//!
//! # The client
//!
//! ```js
//! // When the player asks to log in, not when the page is loaded.
//! const { nonce } = await (await fetch('/nonce')).json()
//! const { idToken } = await sequence.getIdToken({ nonce })
//! const answer = await fetch('/login', {
//!   method: 'POST',
//!   headers: { 'Content-Type': 'application/json' },
//!   body: JSON.stringify({ sequenceToken: idToken })
//! })
//! ```
//!
//! # What is bound to what
//!
//! - The **nonce** is bound to a cookie that the response of `/nonce` sets. The name of the cookie is `__Host-login-` and
//!   an ID of the nonce. Each nonce has its own cookie, which lasts as long as the nonce, 5 minutes by default. The nonce
//!   contains a MAC over the value of the cookie, so the server does not store it.
//! - The **token** is bound to the nonce, because the issuer signs the nonce into the token.
//! - The **login** needs both. Otherwise an attacker could have a victim's browser send a token of the attacker's wallet.
//!   The victim would be logged in as the attacker and enter their data there (login CSRF).
//!
//! The protection depends on the prefix `__Host-`: no other host can set a cookie with that prefix, not even a subdomain.
//!
//! # Tabs
//!
//! A second tab, a reload, and two requests at the same moment all log in, because each nonce has its own cookie. A
//! browser holds at most **8** of these cookies, including those of used nonces. The response that sets a ninth cookie
//! removes the oldest, and the login that was begun with the oldest gets a 401. Request the nonce when the player clicks,
//! not when the page loads: another site could load the page nine times. Requests with more than 16 KiB of cookies are
//! also refused, and so is a request for a nonce with more than 128 login cookies.
//!
//! # Other sites
//!
//! | who requests a nonce | response |
//! |---|---|
//! | a page of the same host: `Sec-Fetch-Site: same-origin`, an `Origin` that is the `Host`, or both | 200 |
//! | an address that was typed in, a bookmark: `Sec-Fetch-Site: none` | 200 |
//! | a client that sends neither header | 200. Since 2023, browsers send at least one of them with requests of other sites, over HTTPS. |
//! | another site or subdomain, by a link, a popup, a form, a frame, an image or a script | 403, without a cookie |
//! | scripts of an [allowed origin](crate::LoginCookies::allow_origin) | 200 |
//!
//! Over HTTPS, and to loopback, browsers send `Sec-Fetch-Site`. With a `GET` of the same origin they send no `Origin`. A
//! browser from before 2023 may send neither when the player follows a link of another site. That site then causes one more
//! cookie but removes none, because `SameSite=Strict` keeps the browser from sending the others. Cookies [for
//! frames](#games-in-frames) do not have this protection: in such a browser, another site can make the server remove them.
//!
//! **Behind a proxy**, the `Host` header must reach the application as the browser sent it. nginx sends its own by default:
//! set `proxy_set_header Host $http_host;`. (`$host` drops the port, which is wrong for ports other than 80 and 443.)
//!
//! With a different `Host`, the application treats each request that has an `Origin` as one of another site. `GET /nonce`
//! still works, because a page's own `GET` has no `Origin`. These requests fail:
//!
//! - a `POST` or a WebSocket with a token in a [cookie](crate::TokenSource::cookie)
//! - in browsers without `Sec-Fetch-Site`, each `POST` that `CsrfLayer` checks
//!
//! If the proxy cannot preserve `Host`, name the origin that browsers see with `allow_origin`, and with
//! `add_trusted_origin` of `CsrfLayer`.
//!
//! # Page and backend on different hosts
//!
//! A page at `https://play.example.com`, a backend at `https://api.example.com`:
//!
//! ```
//! use sequence_auth::{LoginCookies, NonceKey, Nonces};
//!
//! # fn nonces(key: NonceKey) -> Result<Nonces, sequence_auth::ConfigError> {
//! let nonces = Nonces::builder(key)
//!     .bound_by_login_cookies(LoginCookies::default().allow_origin("https://play.example.com"))
//!     .build()?;
//! # Ok(nonces)
//! # }
//! # nonces(NonceKey::random()).expect("they are valid");
//! ```
//!
//! - The page calls `fetch('https://api.example.com/nonce', { credentials: 'include' })`, and the login in the same way.
//!   Without `credentials`, the browser neither stores nor sends the cookie.
//! - The application answers CORS, for example with tower-http's layer around all of these routes. With credentials,
//!   browsers accept exact origins only, not `*`:
//!
//!   ```text
//!   CorsLayer::new()
//!       .allow_origin(["https://play.example.com".parse::<HeaderValue>()?])
//!       .allow_methods([Method::GET, Method::POST])
//!       .allow_headers([CONTENT_TYPE])
//!       .allow_credentials(true)
//!   ```
//!
//! - `CsrfLayer` (tower-http 0.7), which the cookie of your session needs, refuses each `POST` of the page unless it has
//!   `add_trusted_origin("https://play.example.com")`. Put it inside `CorsLayer`: see
//!   [the order of layers](crate::guide::middleware#a-recommended-stack).
//! - Both hosts must belong to **one site**, that is, to the same registrable domain, both over HTTPS. The browser does not
//!   send `SameSite=Strict` cookies from a page of another site. From such a page, even an allowed one, `/nonce` works
//!   and the login is refused, because the cookie is missing. Either serve the backend below the page's host (`/api`),
//!   which needs neither CORS nor `allow_origin`, or set the cookies [for frames](#games-in-frames).
//! - Any script on an allowed origin can log the player in as somebody else. Do not allow an origin that you share with
//!   others.
//! - The settings can be combined. A game on two hosts that is also framed needs both:
//!   `LoginCookies::default().allow_origin(…).allow_cross_site_frames()`.
//!
//! # Games in frames
//!
//! In a frame on another site, browsers do not store `SameSite=Strict` cookies. Each login there is refused, because its
//! cookie is missing. With [`allow_cross_site_frames`](crate::LoginCookies::allow_cross_site_frames), the cookies are
//! `SameSite=None; Partitioned`:
//!
//! ```
//! use sequence_auth::LoginCookies;
//!
//! let cookies = LoginCookies::default().allow_cross_site_frames();
//! ```
//!
//! - The rules for requesting a nonce stay the same. Pages of your own host, framed or not, and allowed origins get a
//!   nonce. The site **around** the frame does not.
//! - The player has a separate login for each site around the frame, and another outside frames.
//! - The cookie of your session needs the same attributes and a new name. A browser keeps a partitioned cookie beside an
//!   unpartitioned cookie of the same name, and sends both. tower-sessions 0.15 cannot write `Partitioned`:
//!   `examples/login/src/cookies.rs` adds the attribute, also when a session is removed.
//! - `SameSite` no longer keeps the site around the frame from sending requests with the session. Check `Sec-Fetch-Site`
//!   and `Origin` with tower-http's `CsrfLayer`, and accept JSON only.
//! - Name the sites that may show the page: `Content-Security-Policy: frame-ancestors https://portal.example`. Otherwise
//!   any site can frame the page and trick the player into clicking on an invisible button (clickjacking). Name **every**
//!   ancestor: if the portal frames a page that frames yours, name both, or the frame stays empty.
//!
//! `cargo run -p login -- --framed-by https://portal.example` does all of this. Separate several origins by commas.
//!
//! | browser | `Partitioned` |
//! |---|---|
//! | Chromium (Chrome, Edge) | from version 114; tested, also with third-party cookies blocked |
//! | Firefox | from version 141, as documented |
//! | Safari | in 18.4, as documented, and since disabled again ([WebKit bug 292975](https://webkit.org/b/292975)): logins in frames fail |
//!
//! If the browser stores no cookie, the login is refused: see [below](#what-the-client-does-with-a-refusal). Offer to open
//! the game in its own tab.
//!
//! ## Discord
//!
//! As documented, and not tested: an Activity runs at `https://<client id>.discordsays.com`, and its requests reach your
//! backend through Discord's proxy. The browser sees a single host, which belongs to your application alone. The cookies
//! must be `SameSite=None; Partitioned`, so allow frames.
//!
//! - The proxy probably sends a different `Host` than the browser: add `allow_origin("https://<client id>.discordsays.com")`,
//!   and the same origin to `CsrfLayer`.
//! - As `frame-ancestors`, name `https://discord.com`.
//! - The browser lets the page send requests to that host only. Add a URL mapping for your backend, and another for the API
//!   of the Sequence SDK, which the SDK needs to get a token. Configure the SDK to use it; Discord's own SDK has
//!   `patchUrlMappings`.
//! - If the proxy requires its prefix, the client requests `/.proxy/nonce` and `/.proxy/login`.
//!
//! ## itch.io, and other portals that host your files
//!
//! The page is on a host of the portal (`html.itch.zone`) that it shares with the games of others. Your backend is another
//! site, and a cookie would serve the other games, too. Do **not** allow that origin. Choose one of these:
//!
//! - Upload a page that shows your own host in a frame, with cookies for frames. Its `frame-ancestors` are
//!   `https://itch.io` and the host that serves the upload. The games of others can then frame your page, because they
//!   share that host: do not offer a button there that such a game could want the player to click.
//! - Use the routes for [clients that are not browsers](#clients-that-are-not-browsers): `fetch` without `credentials`, and
//!   CORS for that origin **without** `allow_credentials`. Keep the token of your session in memory. Other games of that
//!   host can read storage. Login CSRF is not possible, because the browser does not store the
//!   session.
//!
//! # Several instances
//!
//! All instances need the same [`NonceKey`](crate::NonceKey), the same shared [store](crate::NoncesBuilder::store)
//! (`RedisStore`, feature `redis`) and the same cookie settings. Then any of them can issue the nonce.
//! [`guide::nonces`](crate::guide::nonces#several-instances) has the code.
//!
//! # WebSockets
//!
//! The browser sends the cookie with the handshake, and the page sends the token in the first message:
//!
//! ```
//! use axum::http::HeaderMap;
//! use sequence_auth::{AuthError, SequenceClaims, TokenVerifier};
//!
//! /// `verifier` comes from the layer with nonces, and `headers` from the handshake.
//! async fn player(
//!     verifier: &TokenVerifier,
//!     headers: &HeaderMap,
//!     first_message: &str,
//! ) -> Result<SequenceClaims, AuthError> {
//!     let (claims, _) = verifier.verify_with_headers(first_message, headers).await?;
//!     Ok(claims)
//! }
//! ```
//!
//! The page requests the nonce with `fetch` before it connects, because it cannot read the response to the handshake.
//!
//! # What the client does with a refusal
//!
//! | response | the client |
//! |---|---|
//! | 401 | Checks whether it is logged in, because the response to its first attempt may have been lost. If not, it starts again **once**, with a new nonce and a new token. After a second 401, it says that the browser may be blocking cookies. |
//! | 403 `access_denied` from `/nonce` | Cannot recover. The server needs another setting: `allow_origin`, or `Host` behind the proxy. |
//! | 429, 503 | Waits for `Retry-After`, then starts again with a new nonce, because the nonce may be used. |
//!
//! Never send the same token again. The layer uses the nonce before the handler runs, even if the response is lost. A proxy
//! or a library that retries requests must not retry this request.
//!
//! Each refused token has the code `"error":"invalid_token"` and a text that may change. The
//! [kind](crate::AuthErrorKind) names the check that failed, and does not change:
//!
//! | kind | why |
//! |---|---|
//! | `expired_nonce` | the player took too long |
//! | `used_nonce` | the response to the first attempt was lost, or a copy was sent |
//! | `missing_binding` | the cookie is missing: the ninth tab, a browser that blocks cookies, `fetch` without credentials, a frame |
//! | `other_binding`, `missing_nonce` | the token was not requested for this login |
//! | `foreign_nonce` | the same, or the instance that issued the nonce has another key: also this instance before a restart, with a random key |
//! | `other_scope` | the instance that issued the nonce has the same key and another store: also this instance before a restart, with a store in memory |
//!
//! Metrics and events contain the kind. If the client needs it, add it to the response:
//!
//! ```
//! use axum::http::HeaderValue;
//! use sequence_auth::{Nonces, SequenceAuthLayer};
//!
//! fn with_kinds(auth: SequenceAuthLayer, nonces: Nonces) -> SequenceAuthLayer {
//!     auth.with_nonces(nonces).on_reject(|error, mut response| {
//!         let kind = HeaderValue::from_static(error.kind().as_str());
//!         response.headers_mut().insert("x-auth-error", kind); // for pages of another origin: `expose_headers`
//!         response
//!     })
//! }
//! ```
//!
//! # Clients that are not browsers
//!
//! A game on a desktop or a phone does not show pages of other sites, which could send requests in its name. Its nonces need
//! no binding. Give such clients their own routes, whose login responds with a token of your session and **sets no
//! cookie**. Otherwise an attacker could have a browser send the attacker's token there.
//!
//! ```
//! use sequence_auth::{LoginCookies, NonceKey, Nonces};
//!
//! # fn nonces(key: NonceKey, key_of_games: NonceKey) -> Result<(Nonces, Nonces), sequence_auth::ConfigError> {
//! let for_browsers = Nonces::builder(key).bound_by_login_cookies(LoginCookies::default()).build()?;
//! let for_games = Nonces::new(key_of_games); // `issue`, or `respond_to`, which then sets no cookie
//! # Ok((for_browsers, for_games))
//! # }
//! # nonces(NonceKey::random(), NonceKey::random()).expect("they are valid");
//! ```
//!
//! Neither accepts the nonces of the other. A client with a secret of its own, such as the ID of its installation, can
//! bind nonces [by a header](crate::NoncesBuilder::bound_by_header). A client that stores cookies, such as
//! `curl -c`, can use the route for browsers.
