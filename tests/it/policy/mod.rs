//! What a layer asks beyond a valid token.

mod ages;
mod cached_tokens;
mod oms_wallet;
pub(crate) mod loading;
mod optional;
mod per_route;
mod predicates;
mod projects;
mod untrusted_times;
