//! The background task that keeps the keys fresh.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    runtime::Handle,
    task::{AbortHandle, JoinError, JoinSet},
    time::timeout,
};
use tracing::{debug, info, warn};

use super::{
    fetcher::DynFetchKeys,
    health::Causes,
    key_set::KeySet,
    schedule::Need,
    store::{KeyStore, Waited},
};
use crate::error::{FetchError, FetchErrorKind, KeysUnavailable};

/// Owns the task: starts it when it is needed, and ends it when the last layer is gone.
pub(crate) struct Refresher {
    store: Arc<KeyStore>,
    /// `None`: the keys are there for good.
    fetching: Option<Fetching>,
    is_running: Arc<AtomicBool>,
    task: Mutex<Option<AbortHandle>>,
}

#[derive(Clone)]
struct Fetching {
    fetcher: Arc<dyn DynFetchKeys>,
    timeout: Duration,
}

impl Refresher {
    pub(crate) fn new(store: KeyStore, fetcher: Arc<dyn DynFetchKeys>, timeout: Duration) -> Self {
        Self::with(store, Some(Fetching { fetcher, timeout }))
    }

    /// Creates a refresher that has nothing to do, over a store of fixed keys.
    pub(crate) fn idle(store: KeyStore) -> Self {
        Self::with(store, None)
    }

    fn with(store: KeyStore, fetching: Option<Fetching>) -> Self {
        Self {
            store: Arc::new(store),
            fetching,
            is_running: Arc::new(AtomicBool::new(false)),
            task: Mutex::new(None),
        }
    }

    /// Waits for what a request needs, as long as the schedule allows.
    pub(crate) async fn wait(&self, need: Need) -> Waited {
        self.store.wait(need, || self.ensure_running()).await
    }

    /// Waits for keys that can be trusted, as long as a request would.
    pub(crate) async fn ready(&self) -> Result<(), KeysUnavailable> {
        if self.store.wait_for_keys(|| self.ensure_running()).await {
            return Ok(());
        }
        Err(KeysUnavailable {
            last_error: self.store.last_error(),
        })
    }

    pub(crate) fn store(&self) -> &KeyStore {
        &self.store
    }

    /// Starts the task if it does not run and this is inside a Tokio runtime.
    pub(crate) fn ensure_running(&self) {
        if !self.is_running.load(Ordering::Acquire)
            && let Some(fetching) = &self.fetching
            && let Ok(runtime) = Handle::try_current()
        {
            self.start(fetching.clone(), &runtime);
        }
    }

    #[cold]
    fn start(&self, fetching: Fetching, runtime: &Handle) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_running.swap(true, Ordering::AcqRel) {
            return;
        }
        let running = Running {
            store: Arc::clone(&self.store),
            is_running: Arc::clone(&self.is_running),
        };
        self.store.start_anew();
        *task = Some(runtime.spawn(run(running, fetching)).abort_handle());
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task {
            task.abort();
        }
    }
}

impl fmt::Debug for Refresher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresher")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// Says that the task runs; its end, be it that of its runtime, takes the word back.
struct Running {
    store: Arc<KeyStore>,
    is_running: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.is_running.store(false, Ordering::Release);
        self.store.wake_waiting();
    }
}

async fn run(running: Running, fetching: Fetching) {
    let store = &running.store;
    let mut attempts = JoinSet::new();
    loop {
        while store.start_if_due() {
            attempts.spawn(attempt(fetching.clone()));
        }
        tokio::select! {
            () = store.sleep_until_due() => (),
            Some(outcome) = attempts.join_next() => match parse(store, outcome) {
                Ok(keys) => {
                    attempts = JoinSet::new();
                    publish(store, keys);
                }
                Err(error) => fail(store, error),
            },
        }
    }
}

/// Makes one attempt. It is a task of its own, so that a fetcher that panics ends only itself.
async fn attempt(fetching: Fetching) -> Result<Bytes, FetchError> {
    timeout(fetching.timeout, fetching.fetcher.fetch())
        .await
        .unwrap_or_else(|_| Err(FetchErrorKind::Timeout.into()))
}

fn parse(
    store: &KeyStore,
    outcome: Result<Result<Bytes, FetchError>, JoinError>,
) -> Result<KeySet, FetchError> {
    let document = outcome.unwrap_or_else(|_| Err(FetchErrorKind::Panicked.into()))?;
    store
        .read_last(|previous| KeySet::parse(&document, previous))
        .map_err(|error| FetchError::caused(FetchErrorKind::Document, error))
}

fn publish(store: &KeyStore, keys: KeySet) {
    store.read_last(|previous| match previous {
        None => info!(?keys, "the first keys are loaded"),
        Some(previous) if keys.is_same_as(previous) => debug!(?keys, "the keys are unchanged"),
        Some(previous) => info!(?keys, ?previous, "the keys have changed"),
    });
    store.publish(keys);
}

fn fail(store: &KeyStore, error: FetchError) {
    warn!(error = %Causes(&error), "the keys could not be fetched");
    store.fail(error);
}
