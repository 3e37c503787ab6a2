//! Shared code of the tests of several packages: an issuer, requests, a body with a script, and a witness behind the
//! layer that reports the requests it received.

// As in tests: what fails ends the test.
#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::unwrap_used,
    missing_debug_implementations,
    missing_docs
)]

pub mod child;
pub mod crypto_provider;
pub mod guide;
pub mod hostile_json;
pub mod http_endpoint;
mod issuer;
pub mod key_endpoint;
pub mod recorder;
mod request;
mod script;
mod twin;
mod witness;

pub use issuer::{IDENTITY, ISSUER, PROJECT, in_twelve_hours, layer, payload_of, with_payload};
pub use request::{bearer, json, with_authorization, with_field, without_token};
pub use script::{Script, Step, data};
pub use twin::twin;
pub use witness::{Answer, Seen, send};
