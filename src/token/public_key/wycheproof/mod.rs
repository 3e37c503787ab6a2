//! The signatures of Project Wycheproof, most of which are none.

mod ecdsa;
mod rsa;
