//! The keys, one way: refresher → fetcher → key set → store. Requests read the store's snapshot.

mod allowance;
pub(crate) mod fetcher;
mod flood;
pub(crate) mod health;
#[cfg(feature = "http")]
pub(crate) mod http_fetcher;
mod jwk;
pub(crate) mod key_set;
pub(crate) mod places;
pub(crate) mod refresher;
mod reporter;
pub(crate) mod schedule;
pub(crate) mod store;
pub(crate) mod timing;
pub(crate) mod verifying_key;
