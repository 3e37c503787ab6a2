//! The requirements of a layer beyond a valid token.

mod ages;
mod cached_tokens;
pub(crate) mod loading;
mod oms_wallet;
mod optional;
mod per_route;
mod predicates;
mod projects;
mod untrusted_times;
