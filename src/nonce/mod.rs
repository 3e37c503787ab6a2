//! Proof that a token was got for this sign-in, and is used for it once.

pub(crate) mod one_time_store;
