//! The documents that utoipa and aide make say what the layer does.

#![allow(clippy::unwrap_used, missing_docs)]

mod documents;
mod page;
