//! Detects lost uses and dead connections between logins.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{task::AbortHandle, time::sleep};

use super::used_set::UsedSet;

/// The longest time until a loss of recorded uses, or a dead connection, is noticed.
const INTERVAL: Duration = Duration::from_secs(5);

/// The task that probes Redis. It runs in the runtime that first used the store, and ends when the watchdog is dropped.
#[derive(Default)]
pub(super) struct Watchdog {
    task: Mutex<Option<AbortHandle>>,
}

impl Watchdog {
    /// Starts the task unless it is running. Replaces a task whose runtime has ended.
    pub(super) fn ensure_running(&self, used: &Arc<UsedSet>) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_none_or(AbortHandle::is_finished) {
            let watching = tokio::spawn(watch(Arc::downgrade(used)));
            *task = Some(watching.abort_handle());
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task {
            task.abort();
        }
    }
}

async fn watch(used: Weak<UsedSet>) {
    loop {
        sleep(INTERVAL).await;
        let Some(used) = used.upgrade() else {
            return;
        };
        used.probe_or_log().await;
    }
}
