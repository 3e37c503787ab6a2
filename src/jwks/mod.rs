//! The keys of an issuer. Other rooms use [`Keys`], which returns snapshots, lets requests wait for missing keys, and
//! owns the task that fetches them: schedule → attempt → key document → key set → snapshot.

mod allowance;
mod attempt;
mod fetcher;
mod find_key;
mod host;
#[cfg(feature = "http")]
mod http_fetcher;
mod jwk;
mod key_document;
mod key_endpoint;
mod key_set;
mod keys;
mod missing_key;
mod places;
mod refresh_task;
mod refresher;
mod restarts;
mod schedule;
mod shared;
mod snapshot;
mod timing;
mod waiting;

pub use fetcher::FetchKeys;
#[cfg(feature = "http")]
pub(crate) use http_fetcher::{Builders, FetchTimeouts, HttpFetcher, KeyUrl};
#[cfg(feature = "http")]
pub use http_fetcher::{ClientBuilder, HttpClient};
pub(crate) use {
    fetcher::DynFetchKeys,
    host::Host,
    key_endpoint::KeyEndpoint,
    key_set::KeySet,
    keys::{KeySource, Keys},
    missing_key::MissingKey,
    snapshot::Snapshot,
    timing::Timing,
    waiting::{Turn, WaitEnd},
};
