//! Tests that compare `sequence-auth` with other libraries. This library has no code of its own.
