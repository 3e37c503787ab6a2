//! The library through its public face, with tokens minted in the test.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod answers;
mod attacks;
mod axum_app;
mod bearer;
mod child;
mod claims;
mod demo_issuer;
mod early_refusal;
mod environment;
mod examples;
mod foreign_texts;
mod hostile_input;
mod http_client;
mod http_fetch;
mod hyper_server;
mod json_body;
mod keys;
mod ownership;
mod policy;
mod readiness;
mod real_keys;
mod recorder;
mod replay;
mod server;
mod server_options;
mod server_page;
mod settings;
mod support;
mod token_cache;
