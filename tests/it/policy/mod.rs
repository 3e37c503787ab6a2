//! What a layer asks beyond a valid token.

mod ages;
mod cached_tokens;
mod optional;
mod per_route;
mod predicates;
mod projects;
