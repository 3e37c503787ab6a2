//! An attempt to fetch the keys.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::fetcher::DynFetchKeys;
use crate::{
    defaults::LIMIT_KEY_DOCUMENT_BYTES,
    error::{FetchError, FetchErrorKind},
};

/// An attempt that has ended.
pub(super) struct Attempt {
    /// The number of the attempt, counted by their starts; `None` if it is not known.
    pub(super) number: Option<u64>,
    /// When the attempt ended, by the wall clock at its start plus the steady clock. This excludes the time that the
    /// machine slept meanwhile: a document that was fetched before the sleep is as old as the sleep.
    pub(super) ended_at: SystemTime,
    pub(super) document: Result<Bytes, FetchError>,
}

impl Attempt {
    /// Makes an attempt. Run it in its own task, so that a fetcher that panics ends only this task.
    pub(super) async fn make(
        number: u64,
        fetcher: Arc<dyn DynFetchKeys>,
        time_limit: Duration,
    ) -> Self {
        let (wall, steady) = (SystemTime::now(), Instant::now());
        let document = fetch(&*fetcher, time_limit).await;
        Self {
            number: Some(number),
            ended_at: wall + steady.elapsed(),
            document,
        }
    }

    /// Returns the failed attempt of a fetcher that panicked.
    pub(super) fn panicked() -> Self {
        Self {
            number: None,
            ended_at: SystemTime::now(),
            document: Err(FetchErrorKind::Panicked.into()),
        }
    }
}

async fn fetch(fetcher: &dyn DynFetchKeys, time_limit: Duration) -> Result<Bytes, FetchError> {
    let document = timeout(time_limit, fetcher.fetch())
        .await
        .map_err(|_| FetchErrorKind::Timeout)??;
    if document.len() > LIMIT_KEY_DOCUMENT_BYTES {
        return Err(FetchErrorKind::TooLarge.into());
    }
    Ok(document)
}
