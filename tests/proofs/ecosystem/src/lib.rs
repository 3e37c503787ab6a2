//! Tests of `sequence-auth` with the stacks of other crates, and the stacks that the guide shows.

#![allow(clippy::missing_errors_doc)]

pub mod other_origin;
pub mod recommended_stack;
