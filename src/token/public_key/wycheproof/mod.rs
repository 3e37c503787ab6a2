//! The signatures of Project Wycheproof, most of them invalid.

mod ecdsa;
mod rsa;
