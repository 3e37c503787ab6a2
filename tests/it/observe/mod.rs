//! What the operator sees in the log.

mod keys;
mod loads;
mod one_time;
