//! The library through its public face, with tokens minted in the test.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

// One module for each room of `src`, and the attacks.
mod attacks;
mod authenticator;
mod body;
mod claims;
mod issuer;
mod jwks;
mod middleware;
mod nonce;
mod observe;
mod one_time;
mod policy;
mod source;

// The fetching of keys, which packages with other features run too.
mod environment;
mod http_client;
mod http_fetch;

// The examples.
mod demo_issuer;
mod examples;
mod server;
mod server_options;
mod server_page;

// What the tests share.
mod child;
mod keys;
mod login;
mod recorder;
mod support;
