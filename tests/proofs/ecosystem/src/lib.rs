//! Holds the tests of `sequence-auth` that need other crates' stacks; it has no code of its own.
