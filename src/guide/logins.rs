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
//! The prefix `__Host-` is what makes the cookie worth something: no other host can set a cookie with that name, not
//! even a subdomain.
//!
//! # Tabs
//!
//! A second tab, a reload, and two first requests at the same moment all log in: no nonce replaces another one's
//! cookie. A browser keeps **8** of these cookies, those of nonces that were used included; the answer that sets a ninth
//! removes the oldest, and a login that was begun with it is refused with 401, as are all where the cookies of a request
//! have more than 16 KiB together. A page that asks for its nonce when it is
//! loaded uses them up: another site can open it again and again.
//!
//! # Other sites
//!
//! | who asks for a nonce | answer |
//! |---|---|
//! | a page of the same host: `Sec-Fetch-Site: same-origin`, an `Origin` that is the `Host`, or both | 200 |
//! | an address that was typed in, a bookmark: `Sec-Fetch-Site: none` | 200 |
//! | a client that sends neither header | 200, as it is no browser of today |
//! | another site or subdomain, by a link, a popup, a form, a frame, an image or a script | 403, without a cookie |
//! | scripts of an origin that was [allowed](crate::LoginCookies::allow_origin) | 200 |
//!
//! Browsers send `Sec-Fetch-Site` over HTTPS and to loopback, and no `Origin` with a `GET` of the same origin. A browser
//! from before 2023 may send neither with a link of another site. Then that site causes one more cookie, without removing
//! any: `SameSite=Strict` keeps the browser from sending the others along. (Cookies [for frames](#games-in-frames) lack
//! that, so that such a browser could be made to remove them.)
//!
//! **Behind a proxy** `Host` has to reach the application as the browser sent it. For nginx, which otherwise sends its
//! own, that is `proxy_set_header Host $host;`, or `$http_host` where browsers use a port of its own. With another `Host`,
//! requests that have an `Origin` (a `POST`, a WebSocket, a script of another origin) count as those of another site. If the
//! proxy cannot leave `Host` as it is, name the origin that browsers see with `allow_origin`.
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
//! - The page calls `fetch(url, { credentials: 'include' })`, for the nonce **and** for the login. Without it the browser
//!   neither keeps nor sends the cookie.
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
//! - Both hosts have to be of **one site**, that is below one registrable domain, both over HTTPS: `SameSite=Strict`
//!   cookies do not go further. From a page of another site, even an allowed one, the nonce comes and the login is
//!   refused, because the cookie is missing. Put the backend behind the page's host instead (`/api`), which needs neither
//!   CORS nor `allow_origin`; or set the cookies [for frames](#games-in-frames), which go further.
//! - Whoever can run a script on an allowed origin can log the player in as somebody else. Allow none that you share
//!   with others.
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
//! - The cookie of your session needs the same attributes. Then `SameSite` no longer keeps the site around the frame from
//!   sending requests with it: check `Sec-Fetch-Site` and `Origin` (tower-http's `CsrfLayer`), and accept JSON only.
//! - Say who may show the page: `Content-Security-Policy: frame-ancestors https://portal.example`. Otherwise any site
//!   can, and have the player click on what they do not see.
//!
//! `cargo run -p login -- --framed-by https://portal.example` does all of it.
//!
//! | browser | `Partitioned` |
//! |---|---|
//! | Chromium (Chrome, Edge) | from 114 on; tried, also with third-party cookies blocked |
//! | Firefox | from 141 on, as documented |
//! | Safari | in 18.4, as documented, and switched off again since ([WebKit bug 292975](https://webkit.org/b/292975)): there is no login in a frame |
//!
//! Where a browser keeps no cookie, the login is refused as in the table [below](#what-the-client-does-with-a-refusal).
//! Offer the player to open the game in a tab of its own.
//!
//! **Discord**, as documented and not tried: an Activity runs at `https://<client id>.discordsays.com`, and its requests
//! reach your backend through Discord's proxy. For the browser all of it is one host, and the cookies have to be
//! `SameSite=None; Partitioned`: allow frames. Expect the proxy to send another `Host` than the browser does: add
//! `allow_origin("https://<client id>.discordsays.com")`, and the same to `CsrfLayer`. That host is your application's
//! alone.
//!
//! **itch.io and other portals that host your files**: the page is on a host of the portal (`html.itch.zone`), which it
//! shares with the games of others. Your backend is another site there, and a cookie would serve their games too: do
//! **not** allow that origin. Either upload a page that shows your own host in a frame, or use a token without a cookie,
//! as [clients that are not browsers](#clients-that-are-not-browsers) do.
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
//! | answer | [kind](crate::AuthErrorKind) | why | the client |
//! |---|---|---|---|
//! | 401 | `expired_nonce` | the player took too long | begins again, with a new nonce and token |
//! | 401 | `used_nonce` | the answer to the first attempt was lost, or a copy was sent | looks whether it is logged in, else begins again |
//! | 401 | `missing_binding` | the cookie is missing: the ninth tab, a browser that keeps none, `fetch` without credentials, a frame | begins again **once**, then says that the browser keeps no cookie |
//! | 401 | `other_binding`, `foreign_nonce`, `missing_nonce` | the token is for something else | begins again once |
//! | 401 | `other_scope` | another instance issued the nonce, or this one before it was restarted | begins again once |
//! | 403 `access_denied` | | at `/nonce`: another origin asked | needs another setting of the server: `allow_origin`, or `Host` behind the proxy |
//! | 503 | | keys or the store are unavailable; the nonce may be used up | waits for `Retry-After`, then begins again |
//!
//! The client sees the kind as `error_description`, in words; metrics and events have it under its name. Never send
//! the same token again: its nonce is used up before the handler runs, whatever becomes of the answer. A proxy or a library
//! that repeats requests by itself must not repeat this one.
//!
//! # Clients that are not browsers
//!
//! A game on a desktop or a phone has no other sites in it that could make its requests, so that its nonces need no
//! binding. Give it routes of its own, whose login answers with a token of your session and **sets no cookie**: a
//! browser could be made to send an attacker's token there.
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
