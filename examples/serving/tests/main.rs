//! Serving, over connections of loopback.

#![allow(clippy::unwrap_used, missing_docs)]

mod early_refusal;
mod run;
mod serve;
