//! How a proxy verifies tokens for backends in any language: nginx, Traefik or Caddy with `examples/forward_auth`.
//!
//! nginx, Traefik and Caddy can send a subrequest to another server before they pass a request on. `examples/forward_auth`
//! in the repository is such a server: the layer and two routes. With it, a backend in [PHP](nginx#php-fpm), Python, Go or
//! Node gets the player's wallet in a header and needs no code for tokens.
//!
//! ```text
//! client ──────> proxy ──────> backend      X-Wallet-Address: 0x5290…9EE7
//!                  │
//!                  └─────────> forward_auth: GET /verify
//! ```
//!
//! A backend in Rust uses the layer itself and needs none of this.
//!
//! ```sh
//! # With a demo issuer, to try it.
//! cargo run -p forward_auth -- --demo-listen 127.0.0.1:3001
//! # For players of Embedded Wallet, including those without an email.
//! cargo run -p forward_auth -- --project-id 13639 --email-policy optional --listen 10.0.0.5:3000
//! ```
//!
//! `--help` lists the other options, including OMS Wallet. Each option is also an environment variable. `GET /healthz`
//! returns 200 as long as there are keys. The server listens even while the issuer is down, and finishes requests under way
//! on SIGTERM. To deploy it, run `cargo build --release -p forward_auth`; the result is one file,
//! `target/release/forward_auth`.
//!
//! # Configurations
//!
//! | proxy | page |
//! |---|---|
//! | nginx, and PHP-FPM behind it | [`nginx`] |
//! | Caddy | [`caddy`] |
//! | Traefik | [`traefik`] |
//!
//! The tests of `examples/forward_auth` attack the configurations exactly as these pages show them. CI uses nginx 1.22.1,
//! Caddy 2.6.2 and Traefik 3.7.15. An earlier form was also attacked by hand with nginx 1.31.3 and Caddy 2.11.7. HTTP/2 was
//! tried with nginx only. TLS, HTTP/3, and Caddy under the name of a host (where it speaks TLS and HTTP/2) are untried.
//!
//! # The response to the proxy
//!
//! | status | when | with |
//! |---|---|---|
//! | 204 | the token is valid | the four headers below |
//! | 401 | the token is missing or invalid, or the credentials are malformed | the challenge (`WWW-Authenticate`) and the JSON of the refusal |
//! | 403 | the token is in a cookie, and another site made the request | the same |
//! | 503 | the server has no keys yet, or they have expired | `Retry-After` and the JSON |
//! | 500 | the proxy did not describe the original request | the JSON, which names the missing header |
//!
//! Only 204 lets a request pass. The JSON is also in the header `X-Wallet-Refusal`, because nginx drops the body of the
//! response. A malformed request is answered with 401, although the layer alone answers it with 400: nginx turns every
//! status but 401 and 403 into 500. All responses are `no-store`.
//!
//! The server looks for the token in `Authorization: Bearer`, in the header `X-Sequence-Token`, and in the cookie
//! `__Host-token`. `--token-header` and `--token-cookie` change the last two names. If you change them, change them in the
//! configuration of the proxy too, or the backend receives the token.
//!
//! The proxy does not send the body, so the JSON field of the official guide does not work here.
//! [Nonces](crate::Nonces) and [`once`](crate::SequenceAuthLayer::once) do not work either: they belong on the single
//! request that logs a player in, and the proxy has every request verified.
//!
//! # The headers for the backend
//!
//! | header | holds |
//! |---|---|
//! | `X-Wallet-Address` | the address, in EIP-55 |
//! | `X-Wallet-Email` | the email; empty for a player without one |
//! | `X-Wallet-Project` | the project, such as `13639` or `prj_01hx` |
//! | `X-Wallet-Issuer` | the issuer of the token |
//!
//! The server always sends all four. Letters and digits of ASCII and `-` `.` `_` `~` `@` `:` `/` are sent as they are. Every
//! other byte of the UTF-8 text, including `%` and `+`, is sent as `%` and two upper-case hexadecimal digits. Every percent
//! decoder reads this, whether or not it turns `+` into a space.
//!
//! - **A request without `X-Wallet-Address`, or with an empty one, has no player.** (nginx drops a header without a value.)
//!   The backend must refuse such a request wherever it needs a player. Then it does no harm if proxy and backend disagree
//!   about which paths are public.
//! - **Only the proxy may reach the backend and `forward_auth`.** A client that reaches the backend directly can write the
//!   headers itself.
//! - Identify a player by issuer and address, never by email.
//! - The backend does not receive the token.
//!
//! # Requirements for the proxy
//!
//! The configurations meet all of these. A configuration of your own has to
//!
//! - **delete every `X-Wallet-*` header of the client**, on public paths too, and before it sends the subrequest. Many
//!   backends (CGI, WSGI, PHP) read `X_Wallet_Address` as the same name, and some read `X.Wallet.Address` so: delete these as
//!   well;
//! - **set `X-Forwarded-Method` and `X-Forwarded-Host`** to the client's method and host. The subrequest is a `GET`, perhaps
//!   with another host. Without the two headers, a form of another site would look like a harmless request with a cookie.
//!   The server answers with 500 if one of them is missing or repeated;
//! - **pass `Origin`, `Sec-Fetch-Site` and `Sec-WebSocket-*` on** to the server, which detects requests of other sites and
//!   WebSockets by them;
//! - **guard all paths except those that are listed as public.**
//!
//! # Limits
//!
//! - **Tokens in a WebSocket [subprotocol](crate::TokenSource::subprotocol)** do not work: the server cannot remove the
//!   token from the request that the backend sees. Use the cookie.
//! - **A WebSocket stays open** after its token has expired: the proxy has the token verified once, when it opens.
//! - **CORS preflights** on guarded paths are refused, because browsers send them without a token. Answer `OPTIONS` in the
//!   proxy, without passing it on.
//! - **HTTP/3 to nginx**: `$http_host` is empty there ([known](https://github.com/nginx/nginx/issues/455), untried), so each
//!   guarded request is answered with 503. Use `$host` instead, or `$host:$server_port` on a port other than the default,
//!   for both `Host` and `X-Forwarded-Host`.
//! - **gRPC** clients receive a refusal as an HTTP response without a gRPC status. Use the layer in the gRPC server instead.
//! - **FastCGI directly behind the proxy** (`fastcgi_pass`, `php_fastcgi`) is unsafe: see [PHP-FPM](nginx#php-fpm).
//! - **Public pages that greet a signed-in player** do not work by headers: the proxy does not verify requests to public
//!   paths, and refuses requests without a token everywhere else. Have a script on the page request a guarded path.

pub mod caddy;
pub mod nginx;
pub mod traefik;
