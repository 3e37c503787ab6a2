//! Tests of `sequence-auth` with the stacks of other crates, and the stack that the guide shows.

#![allow(clippy::missing_errors_doc)]

pub mod recommended_stack;
