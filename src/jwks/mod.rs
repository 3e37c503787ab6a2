//! The keys, one way: refresher → fetcher → key set → store. Requests read the store's snapshot.

mod allowance;
mod fetcher;
#[cfg(feature = "http")]
mod http_fetcher;
mod jwk;
mod key_set;
mod places;
mod refresher;
mod schedule;
mod store;
mod timing;

pub use fetcher::FetchKeys;
#[cfg(feature = "http")]
pub(crate) use http_fetcher::{Builders, FetchTimeouts, HttpFetcher, KeyUrl};
#[cfg(feature = "http")]
pub use http_fetcher::{ClientBuilder, HttpClient};
pub(crate) use {
    fetcher::DynFetchKeys,
    key_set::{KeySet, warn_of_ambiguous},
    places::Need,
    refresher::Refresher,
    store::{KeyStore, Waited},
    timing::Timing,
};
