//! What the operator sees in the log.

mod keys;
mod one_time;
