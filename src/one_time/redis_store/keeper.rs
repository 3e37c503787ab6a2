//! Looks after a memory while nobody asks.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{task::AbortHandle, time::sleep};
use tracing::debug;

use super::memory::Memory;
use crate::error::Causes;

/// How long a Redis that has forgotten, or a connection that is dead, may go unnoticed.
const INTERVAL: Duration = Duration::from_secs(5);

/// The task that does it, in the runtime of whoever asked first. It ends with this.
#[derive(Default)]
pub(super) struct Keeper(Mutex<Option<AbortHandle>>);

impl Keeper {
    /// Starts the task unless it runs; it ends with its runtime, too.
    pub(super) fn look_after(&self, memory: &Arc<Memory>) {
        let mut task = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_none_or(AbortHandle::is_finished) {
            let keeping = tokio::spawn(keep(Arc::downgrade(memory)));
            *task = Some(keeping.abort_handle());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let task = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task {
            task.abort();
        }
    }
}

async fn keep(memory: Weak<Memory>) {
    loop {
        sleep(INTERVAL).await;
        let Some(memory) = memory.upgrade() else {
            return;
        };
        if let Err(error) = memory.begin().await {
            let error = Causes(&error);
            debug!(%error, "Redis cannot be asked");
        }
    }
}
