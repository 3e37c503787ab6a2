//! Fetching the key document over HTTP.
//!
//! A target of its own: `tests/proofs/features/fetch` runs it too, in a tree where others switch on all that reqwest
//! and rustls have to offer.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod client;
mod document;
mod environment;
mod observe;
mod oms_wallet;
