//! Verified wallets for backends in any language: a proxy asks this server about each request, by nginx's
//! `auth_request`, Traefik's ForwardAuth or Caddy's `forward_auth`, and hands the answer to the backend in headers.
//!
//! `GET /verify` judges the request that the proxy describes, by a bearer token, a cookie or a header:
//!
//! | answer | when | what the proxy does |
//! |---|---|---|
//! | 204 | the token is good | passes the request on, with `X-Wallet-Address`, `-Email`, `-Project` and `-Issuer` |
//! | 401 | there is no token, or a bad one; with the challenge | refuses |
//! | 403 | the token is in a cookie, and another site made the request | refuses |
//! | 503 | there are no keys; with `Retry-After` | refuses |
//! | 500 | the proxy does not say what the request was | refuses |
//!
//! The proxy has to set `X-Forwarded-Method` and `X-Forwarded-Host` itself, and to delete every `X-Wallet-*` that the
//! client sends, on public paths too. `nginx.conf`, `Caddyfile`, and `traefik.yml` with `traefik-routes.yml` beside this
//! package do. Only the proxy may reach this server and the backend.

mod app;
mod original_request;
mod percent_encoding;
mod token_names;
mod wallet_headers;

pub use app::app;
pub use token_names::TokenNames;
