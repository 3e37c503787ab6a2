//! The documents of utoipa and aide describe what the layer does.

#![allow(clippy::unwrap_used, missing_docs)]

mod documents;
mod page;
