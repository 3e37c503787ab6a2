//! The recipes of the guide to OpenAPI, as an application has them.

#![allow(
    missing_docs,
    unused_qualifications,
    reason = "half of it is generated"
)]

pub mod with_aide;
pub mod with_utoipa;
