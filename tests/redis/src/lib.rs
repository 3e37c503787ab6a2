//! Holds tests only: what becomes of one-time use when a real Redis fails in every way.
