//! The background task that keeps the keys fresh.

use std::{
    fmt, mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::{AbortHandle, JoinError, JoinSet},
    time::{Instant, timeout},
};

use super::{
    fetcher::{DynFetchKeys, MAX_DOCUMENT_BYTES},
    key_set::{KeyDocument, KeySet},
    places::Need,
    store::{Arrival, KeyStore, Waited},
};
use crate::{
    error::{FetchError, FetchErrorKind, KeysUnavailable},
    observe::{self, KeyEvents, KeyState},
};

/// Owns the task: starts it when it is needed, and ends it when the last layer is gone.
pub(crate) struct Refresher {
    store: Arc<KeyStore>,
    /// `None`: the keys are there for good.
    fetching: Option<Fetching>,
    is_running: Arc<AtomicBool>,
    task: Mutex<Task>,
}

/// The task that makes the attempts.
enum Task {
    /// It starts when it is needed.
    NotStarted,
    Started(AbortHandle, Arc<Notify>),
    /// It was told to end, and does not start again.
    Ended,
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
            task: Mutex::new(Task::NotStarted),
        }
    }

    /// Waits for what a request needs, as long as the schedule allows.
    pub(crate) async fn wait(&self, need: Need, generation: u64, arrival: &Arrival) -> Waited {
        let keep_running = || self.ensure_running();
        self.store
            .wait(need, generation, arrival, keep_running)
            .await
    }

    /// Waits for keys that can be trusted, as long as a request would.
    pub(crate) async fn ready(&self) -> Result<(), KeysUnavailable> {
        if self.store.wait_for_keys(|| self.ensure_running()).await {
            return Ok(());
        }
        Err(KeysUnavailable {
            last_error: self.store.last_error(),
            retry_after: self.store.next_attempt_in(),
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

    /// Ends the task for good, and waits until it and its attempts are gone.
    pub(crate) async fn shutdown(&self) {
        self.store.end();
        let task = mem::replace(&mut *self.task(), Task::Ended);
        if let Task::Started(_, end) = task {
            end.notify_one();
        }
        let is_running = || self.is_running.load(Ordering::Acquire);
        self.store.wait_until(|| !is_running()).await;
    }

    #[cold]
    fn start(&self, fetching: Fetching, runtime: &Handle) {
        let mut task = self.task();
        if matches!(*task, Task::Ended) || self.is_running.swap(true, Ordering::AcqRel) {
            return;
        }
        let running = Running {
            store: Arc::clone(&self.store),
            is_running: Arc::clone(&self.is_running),
        };
        self.store.start_anew();
        let end = Arc::new(Notify::new());
        let started = runtime.spawn(run(running, fetching, Arc::clone(&end)));
        *task = Task::Started(started.abort_handle(), end);
    }

    fn task(&self) -> MutexGuard<'_, Task> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        if let Task::Started(task, _) = &*self.task() {
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

async fn run(running: Running, fetching: Fetching, end: Arc<Notify>) {
    let store = &running.store;
    let mut events = store.read_last(|keys| KeyEvents::new(store.state(), keys));
    let mut attempts = JoinSet::new();
    loop {
        while let Some(number) = store.start_if_due() {
            attempts.spawn(ended(number, attempt(fetching.clone())));
        }
        report(store, &mut events);
        tokio::select! {
            () = store.sleep_until_due() => (),
            Some(outcome) = attempts.join_next() => {
                if conclude(store, &mut events, outcome) {
                    attempts = JoinSet::new();
                }
            }
            () = end.notified() => break,
        }
    }
    attempts.shutdown().await;
}

/// Tells the operator what has changed with time or by requests.
fn report(store: &KeyStore, events: &mut KeyEvents) {
    let state = store.state();
    // After a sleep keys are too old, and most likely new ones are about to come.
    if state != KeyState::Expired || store.is_failing() {
        events.observed(state);
    }
    if let Some(change) = store.flood_change() {
        observe::flooded(change);
    }
}

/// An attempt that has ended.
struct Ended {
    /// Which one it was, by the number of starts with it; 0 where that is not known.
    number: u64,
    /// When it ended, by the wall clock of its start. What the machine has slept meanwhile is left out, so that what
    /// was answered before is as old as it is.
    at: SystemTime,
    document: Result<Bytes, FetchError>,
}

impl Ended {
    fn panicked() -> Self {
        Self {
            number: 0,
            at: SystemTime::now(),
            document: Err(FetchErrorKind::Panicked.into()),
        }
    }
}

async fn ended(number: u64, attempt: impl Future<Output = Result<Bytes, FetchError>>) -> Ended {
    let (wall, steady) = (SystemTime::now(), Instant::now());
    let document = attempt.await;
    Ended {
        number,
        at: wall + steady.elapsed(),
        document,
    }
}

/// Makes one attempt. It is a task of its own, so that a fetcher that panics ends only itself.
async fn attempt(fetching: Fetching) -> Result<Bytes, FetchError> {
    let document = timeout(fetching.timeout, fetching.fetcher.fetch())
        .await
        .map_err(|_| FetchErrorKind::Timeout)??;
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(FetchErrorKind::TooLarge.into());
    }
    Ok(document)
}

/// Takes note of how an attempt ended; returns whether it brought keys.
fn conclude(store: &KeyStore, events: &mut KeyEvents, outcome: Result<Ended, JoinError>) -> bool {
    let ended = outcome.unwrap_or_else(|_| Ended::panicked());
    let parsed = ended
        .document
        .and_then(|document| parse(store, events, &document));
    match parsed {
        Ok(keys) => {
            store.read_last(|previous| events.fetched(&keys, previous));
            store.publish(keys, ended.at, ended.number);
            true
        }
        Err(error) => {
            events.failed(&error, Instant::now());
            store.fail(error, ended.number);
            false
        }
    }
}

fn parse(store: &KeyStore, events: &mut KeyEvents, document: &[u8]) -> Result<KeySet, FetchError> {
    let keys = KeyDocument::read(document).and_then(|document| {
        events.found_ambiguous(document.ambiguous());
        store.read_last(|previous| document.into_keys(previous))
    });
    keys.map_err(|error| FetchError::caused(FetchErrorKind::Document, error))
}
