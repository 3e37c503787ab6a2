//! Holds the tests of `sequence-auth` that need other crates' stacks, and the one of them that the guide shows.

#![allow(clippy::missing_errors_doc)]

pub mod recommended_stack;
