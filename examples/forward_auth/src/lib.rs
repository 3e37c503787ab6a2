//! Verified wallets for backends in any language. A proxy sends each request to this server first, with nginx's
//! `auth_request`, Traefik's ForwardAuth or Caddy's `forward_auth`, and passes the result on to the backend in headers.
//!
//! `GET /verify` verifies the token of the request that the proxy describes: a bearer token, a cookie or a header.
//!
//! | response | reason | the proxy |
//! |---|---|---|
//! | 204 | the token is good | passes the request on with `X-Wallet-Address`, `-Email`, `-Project` and `-Issuer` |
//! | 401 with a challenge | the token is missing or bad | refuses the request |
//! | 403 | the token is in a cookie, and another site sent the request | refuses the request |
//! | 503 with `Retry-After` | the server has no keys | refuses the request |
//! | 500 | the proxy does not describe the original request | refuses the request |
//!
//! The proxy has to set `X-Forwarded-Method` and `X-Forwarded-Host` itself. It also has to delete every `X-Wallet-*` that
//! the client sends, on public paths too. The files `nginx.conf`, `Caddyfile`, and `traefik.yml` with
//! `traefik-routes.yml` in this package do both. Only the proxy may reach this server and the backend.

mod app;
mod original_request;
mod percent_encoding;
mod token_names;
mod wallet_headers;

pub use app::app;
pub use token_names::TokenNames;
