//! The layer in the frameworks that are not axum, over sockets, and beside a rate limiter.

mod guide;
mod poem;
mod rate_limits;
mod salvo;
mod served;
mod warp;
