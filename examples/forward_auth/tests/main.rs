//! The responses of the server, and their effect behind real proxies with the documented configurations.
//!
//! Without nginx, Caddy or Traefik on the `PATH`, or at `NGINX`, `CADDY` or `TRAEFIK`, the tests that need it are
//! ignored.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod answers;
mod asked;
mod original_request;
mod program;
mod proxies;
