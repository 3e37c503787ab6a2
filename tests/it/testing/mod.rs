//! Support for tests of applications: an issuer, its outages, tokens, and claims without a token.

mod claims_builder;
mod local_issuer;
mod outage;
