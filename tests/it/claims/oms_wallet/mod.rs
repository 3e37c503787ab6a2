//! The claims of OMS Wallet's tokens.

mod issuer_and_audience;
mod player;
mod refusals;
mod sequence_claims;
mod times;
mod wallet;
