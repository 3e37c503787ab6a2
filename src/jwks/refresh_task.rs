//! The life of the refresher's task: it starts when it is needed, and ends with the last layer.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{runtime::Handle, sync::Notify, task::AbortHandle};

use super::{key_endpoint::KeyEndpoint, refresher::Refresher, schedule::Schedule, shared::Shared};

/// Owns the task. Dropping it aborts the task.
pub(super) struct RefreshTask {
    shared: Arc<Shared>,
    endpoint: KeyEndpoint,
    is_running: Arc<AtomicBool>,
    state: Mutex<State>,
}

enum State {
    NotStarted,
    Started {
        task: AbortHandle,
        end: Arc<Notify>,
    },
    /// The task was shut down, and does not start again.
    ShutDown,
}

impl RefreshTask {
    pub(super) fn new(shared: Arc<Shared>, endpoint: KeyEndpoint) -> Self {
        Self {
            shared,
            endpoint,
            is_running: Arc::new(AtomicBool::new(false)),
            state: Mutex::new(State::NotStarted),
        }
    }

    /// Starts the task inside a Tokio runtime, unless it is running.
    pub(super) fn ensure_running(&self) {
        if !self.is_running.load(Ordering::Acquire)
            && let Ok(runtime) = Handle::try_current()
        {
            self.start(&runtime);
        }
    }

    /// Ends the task for good, and cancels its attempts.
    pub(super) fn end(&self) {
        self.shared.update_schedule(Schedule::end);
        let state = mem::replace(&mut *self.state(), State::ShutDown);
        if let State::Started { end, .. } = state {
            end.notify_one();
        }
    }

    /// Waits until the task and its attempts have ended.
    pub(super) async fn ended(&self) {
        let mut attempts = self.shared.attempts();
        // The end of the task wakes everything that waits for an attempt.
        while self.is_running.load(Ordering::Acquire) && attempts.changed().await.is_ok() {}
    }

    #[cold]
    fn start(&self, runtime: &Handle) {
        let mut state = self.state();
        if matches!(*state, State::ShutDown) || self.is_running.swap(true, Ordering::AcqRel) {
            return;
        }
        let running = Running {
            shared: Arc::clone(&self.shared),
            is_running: Arc::clone(&self.is_running),
        };
        // The attempts of an earlier task were lost with its runtime.
        self.shared.update_schedule(Schedule::interrupted);
        let end = Arc::new(Notify::new());
        let task = runtime.spawn(run(running, self.endpoint.clone(), Arc::clone(&end)));
        *state = State::Started {
            task: task.abort_handle(),
            end,
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RefreshTask {
    fn drop(&mut self) {
        if let State::Started { task, .. } = &*self.state() {
            task.abort();
        }
    }
}

async fn run(running: Running, endpoint: KeyEndpoint, end: Arc<Notify>) {
    let refresher = Refresher::new(&running.shared, &endpoint);
    refresher.run(&end).await;
}

/// Marks the task as running. It is dropped with the task, even if the runtime ends first.
struct Running {
    shared: Arc<Shared>,
    is_running: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.is_running.store(false, Ordering::Release);
        self.shared.wake_waiting();
    }
}
