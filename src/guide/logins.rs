//! Nonces and logins in browsers.
//!
//! An ID token is good for ten minutes, for everybody who has a copy. With [nonces](crate::Nonces) a token passes once,
//! and only in the browser for which it was issued: a login, after which the application has a session of its own.
//! `examples/login` is such an application, with sessions and a page; what is said here of Chromium is tried with it.
//!
//! # The server
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use axum::{Extension, Router, extract::{Request, State}, response::Response, routing::{get, post}};
//! use sequence_auth::{ConfigError, LoginCookies, NonceKey, Nonces, SequenceAuthLayer, SequenceClaims};
//!
//! async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
//!     nonces.respond_to(&request)
//! }
//!
//! async fn log_in(Extension(claims): Extension<SequenceClaims>) -> String {
//!     // Start a session here. The token is used up.
//!     claims.wallet().to_string()
//! }
//!
//! fn app(auth: SequenceAuthLayer, key: NonceKey) -> Result<Router, ConfigError> {
//!     let nonces = Nonces::builder(key)
//!         .bound_by_login_cookies(LoginCookies::default())
//!         .build()?;
//!     Ok(Router::new()
//!         .route("/nonce", get(nonce))
//!         .route("/login", post(log_in).layer(auth.with_nonces(nonces.clone())))
//!         .with_state(nonces))
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
//! - The **nonce** is bound to a cookie, which the answer of `/nonce` sets: `__Host-login-` and an id of the nonce. Each
//!   nonce has its own, for as long as it is valid (5 minutes by default). The nonce contains a MAC over the cookie's
//!   value, so that nothing is stored.
//! - The **token** is bound to the nonce by the issuer, which signs it.
//! - The **login** needs both. Otherwise an attacker could have a victim's browser send a token of the attacker's
//!   own: the victim would be signed in as the attacker, and enter their data there (login CSRF).
//!
//! The prefix `__Host-` is what the protection rests on: no other host can set a cookie with that name, not
//! even a subdomain.
//!
//! # Tabs
//!
//! A second tab, a reload, and two first requests at the same moment all log in: no nonce replaces another one's
//! cookie. At most **8** such cookies exist at a time, those of used nonces included. The answer that sets a ninth removes
//! the oldest, and the login begun with that one gets a 401. So ask for a nonce when the player clicks, not when the page
//! loads: another site could open the page nine times. Requests with more than 16 KiB of cookies are refused, too.
//!
//! # Other sites
//!
//! | who asks for a nonce | answer |
//! |---|---|
//! | a page of the same host: `Sec-Fetch-Site: same-origin`, an `Origin` that is the `Host`, or both | 200 |
//! | an address that was typed in, a bookmark: `Sec-Fetch-Site: none` | 200 |
//! | a client that sends neither header | 200: browsers since 2023 send one of them with requests of other sites, over HTTPS |
//! | another site or subdomain, by a link, a popup, a form, a frame, an image or a script | 403, without a cookie |
//! | scripts of an origin that was [allowed](crate::LoginCookies::allow_origin) | 200 |
//!
//! Browsers send `Sec-Fetch-Site` over HTTPS and to loopback, and no `Origin` with a `GET` of the same origin. A browser
//! from before 2023 may send neither with a link of another site. Then that site causes one more cookie, without removing
//! any: `SameSite=Strict` keeps the browser from sending the others along. (Cookies [for frames](#games-in-frames) do
//! not have that protection: in such a browser, another site can make the server remove them.)
//!
//! **Behind a proxy** `Host` has to reach the application as the browser sent it. For nginx, which otherwise sends its
//! own, that is `proxy_set_header Host $http_host;` (`$host` drops the port, which is wrong where it is not 80 or 443).
//! With another `Host`, requests that have an `Origin` count as those of another site. A page's own `GET /nonce` has
//! none, and works. What fails is a `POST` or a WebSocket with a token in a [cookie](crate::TokenSource::cookie), and, in
//! browsers that send no `Sec-Fetch-Site`, each `POST` that `CsrfLayer` checks. If the proxy cannot leave `Host` as it
//! is, name the origin that browsers see with `allow_origin`, and with `add_trusted_origin` of `CsrfLayer`.
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
//! - The page calls `fetch('https://api.example.com/nonce', { credentials: 'include' })`, and the login likewise. Without
//!   `credentials` the browser neither keeps nor sends the cookie.
//! - The application answers CORS, here with tower-http's layer around all of these routes. With credentials, browsers
//!   accept exact origins only, and no `*`:
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
//!   `add_trusted_origin("https://play.example.com")`. It belongs inside of `CorsLayer`: see
//!   [the order of layers](crate::guide::middleware#a-recommended-stack).
//! - Both hosts have to be of **one site**, that is below one registrable domain, both over HTTPS: `SameSite=Strict`
//!   cookies do not go further. From a page of another site, even an allowed one, the nonce comes and the login is
//!   refused, because the cookie is missing. Put the backend behind the page's host instead (`/api`), which needs neither
//!   CORS nor `allow_origin`; or set the cookies [for frames](#games-in-frames), which go further.
//! - Any script on an allowed origin can log the player in as somebody else. Allow none that you share with others.
//! - Settings add up. A game on two hosts that is also framed takes both:
//!   `LoginCookies::default().allow_origin(…).allow_cross_site_frames()`.
//!
//! # Games in frames
//!
//! In a frame on another site browsers do not keep `SameSite=Strict` cookies, and each login there is refused because
//! its cookie is missing. With
//! [`allow_cross_site_frames`](crate::LoginCookies::allow_cross_site_frames) the cookies are `SameSite=None; Partitioned`:
//!
//! ```
//! use sequence_auth::LoginCookies;
//!
//! let cookies = LoginCookies::default().allow_cross_site_frames();
//! ```
//!
//! - Who may ask for a nonce stays the same: a page of the own host, in the frame or not, and the origins that were
//!   allowed. The site **around** the frame gets none.
//! - The player has a login for each site around the frame, and one more outside of frames.
//! - The cookie of your session needs the same attributes, and another name than it had before: a browser keeps a
//!   partitioned cookie beside one that is not, and sends both. tower-sessions 0.15 cannot write `Partitioned`:
//!   `examples/login/src/cookies.rs` adds it, also when a session is removed. Then `SameSite` no longer keeps the site
//!   around the frame from sending requests with it: check `Sec-Fetch-Site` and `Origin` (tower-http's `CsrfLayer`), and
//!   accept JSON only.
//! - Say who may show the page: `Content-Security-Policy: frame-ancestors https://portal.example`. Otherwise any site
//!   can frame it, and trick the player into clicking on what they cannot see (clickjacking). Name **every** ancestor: if
//!   the portal frames a page that frames yours, that is both, or the frame stays empty.
//!
//! `cargo run -p login -- --framed-by https://portal.example` does all of it; several origins are separated by commas.
//!
//! | browser | `Partitioned` |
//! |---|---|
//! | Chromium (Chrome, Edge) | from 114 on; tried, also with third-party cookies blocked |
//! | Firefox | from 141 on, as documented |
//! | Safari | in 18.4, as documented, and switched off again since ([WebKit bug 292975](https://webkit.org/b/292975)): there is no login in a frame |
//!
//! Where a browser keeps no cookie, the login is refused as in the table [below](#what-the-client-does-with-a-refusal).
//! Offer to open the game in its own tab.
//!
//! **Discord**, as documented and not tried: an Activity runs at `https://<client id>.discordsays.com`, and its requests
//! reach your backend through Discord's proxy. For the browser all of it is one host, and the cookies have to be
//! `SameSite=None; Partitioned`: allow frames. Expect the proxy to send another `Host` than the browser does: add
//! `allow_origin("https://<client id>.discordsays.com")`, and the same to `CsrfLayer`. That host is your application's
//! alone. As `frame-ancestors`, name `https://discord.com`. The browser lets the page send requests to that host only:
//!
//! - Add a URL mapping for your backend, and another one for the API of the Sequence SDK, without which there is no token;
//!   and have the SDK use it (Discord's own SDK has `patchUrlMappings`).
//! - Where the proxy wants its prefix, the client asks for `/.proxy/nonce` and `/.proxy/login`.
//!
//! **itch.io and other portals that host your files**: the page is on a host of the portal (`html.itch.zone`), which it
//! shares with the games of others. Your backend is another site there, and a cookie would serve their games too: do
//! **not** allow that origin. Instead, one of:
//!
//! - Upload a page that shows your own host in a frame, with cookies for frames. Its `frame-ancestors` are
//!   `https://itch.io` and the host that serves the upload. The latter is shared: the games of others can frame your page
//!   then, so do not ask there for a click that those games could want.
//! - Use the routes for [clients that are not browsers](#clients-that-are-not-browsers): `fetch` without `credentials`, and
//!   CORS for that origin **without** `allow_credentials`. Keep the token of your session in memory, and out of storage,
//!   which other games of that host can read. Login CSRF does not arise, because nothing is stored in the browser.
//!
//! # Several instances
//!
//! All of them need the same [`NonceKey`](crate::NonceKey), one
//! [store](crate::NoncesBuilder::store) that they share (`RedisStore`, feature `redis`) and the same cookies. Which of them
//! issues a nonce does not matter then. With the default store each accepts its own nonces only: the refusal is
//! `other_scope`, and a warning names what to set.
//!
//! # WebSockets
//!
//! A browser sends the cookie with the handshake, and the token in the first message:
//!
//! ```
//! use http::HeaderMap;
//! use sequence_auth::{AuthError, SequenceClaims, TokenVerifier};
//!
//! /// `verifier` is that of the layer with nonces, `headers` are those of the handshake.
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
//! Get the nonce by `fetch` before. An answer to a WebSocket's handshake is not the place for it: the page cannot read it.
//!
//! # What the client does with a refusal
//!
//! | answer | the client |
//! |---|---|
//! | 401 | looks whether it is logged in, because the answer to its first attempt may have been lost; else it begins again **once**, with a new nonce and a new token; then it says that the browser may keep no cookies |
//! | 403 `access_denied` at `/nonce` | cannot help: the server needs another setting, `allow_origin`, or `Host` behind the proxy |
//! | 503 | waits for `Retry-After`, then begins again: the nonce may be used up |
//!
//! Never send the same token again: its nonce is used up before the handler runs, even if the answer is lost. A proxy or a
//! library that repeats requests by itself must not repeat this one.
//!
//! Each refused token is `"error":"invalid_token"`, with a text that may change. The [kind](crate::AuthErrorKind) says
//! which check failed, by a name that does not change:
//!
//! | kind | why |
//! |---|---|
//! | `expired_nonce` | the player took too long |
//! | `used_nonce` | the answer to the first attempt was lost, or a copy was sent |
//! | `missing_binding` | the cookie is missing: the ninth tab, a browser that keeps none, `fetch` without credentials, a frame |
//! | `other_binding`, `foreign_nonce`, `missing_nonce` | the token is for something else |
//! | `other_scope` | another instance issued the nonce, or this one before it was restarted |
//!
//! Metrics and events have it. For a client that is to tell these apart, send it along:
//!
//! ```
//! use http::HeaderValue;
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
//! A game on a desktop or a phone shows no pages of other sites that could send requests in its name, so its nonces need
//! no binding. Give it routes of its own, whose login answers with a token of your session and **sets no cookie**:
//! otherwise a browser could be made to send an attacker's token there.
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
//! Neither accepts the nonces of the other. A client that has a secret of its own, such as the id of its
//! installation, binds nonces [by a header](crate::NoncesBuilder::bound_by_header). A client that keeps cookies, such as
//! `curl -c`, uses the route for browsers as it is.
