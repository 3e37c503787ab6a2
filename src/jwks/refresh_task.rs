//! The life of the refresher's task: it starts when it is needed, and ends with the last layer.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tokio::{runtime::Handle, sync::Notify, task::AbortHandle, time::Instant};

use super::{
    key_endpoint::KeyEndpoint, refresher::Refresher, restarts::Restarts, schedule::Schedule,
    shared::Shared, timing::Jitter,
};

/// Owns the task. Dropping it aborts the task.
pub(super) struct RefreshTask {
    shared: Arc<Shared>,
    endpoint: KeyEndpoint,
    status: Arc<Status>,
    state: Mutex<State>,
}

#[derive(Default)]
struct Status {
    is_running: AtomicBool,
    /// Whether the last task panicked, as it does in a runtime without a timer.
    has_panicked: AtomicBool,
}

struct State {
    stage: Stage,
    /// How soon the task starts again after a panic.
    restarts: Restarts,
    starts_from: Instant,
}

enum Stage {
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
        let now = Instant::now();
        let state = State {
            stage: Stage::NotStarted,
            restarts: Restarts::new(shared.timing.refetch_cooldown, now),
            starts_from: now,
        };
        Self {
            shared,
            endpoint,
            status: Arc::default(),
            state: Mutex::new(state),
        }
    }

    /// Starts the task inside a Tokio runtime, unless it is running.
    pub(super) fn ensure_running(&self) {
        if !self.status.is_running()
            && let Ok(runtime) = Handle::try_current()
        {
            self.start(&runtime);
        }
    }

    /// Ends the task for good, and cancels its attempts.
    pub(super) fn end(&self) {
        self.shared.update_schedule(Schedule::end);
        let stage = mem::replace(&mut self.state().stage, Stage::ShutDown);
        if let Stage::Started { end, .. } = stage {
            end.notify_one();
        }
    }

    /// Waits until the task and its attempts have ended.
    pub(super) async fn ended(&self) {
        let mut attempts = self.shared.attempts();
        // The end of the task wakes everything that waits for an attempt.
        while self.status.is_running() && attempts.changed().await.is_ok() {}
    }

    #[cold]
    fn start(&self, runtime: &Handle) {
        let mut state = self.state();
        let now = Instant::now();
        if matches!(state.stage, Stage::ShutDown)
            || self.status.is_running()
            || !state.may_start(&self.status, now)
        {
            return;
        }
        let running = Running::new(&self.shared, &self.status);
        // The attempts of an earlier task were lost with its runtime.
        self.shared
            .update_schedule(|schedule| schedule.interrupted(now, Jitter::random()));
        let end = Arc::new(Notify::new());
        let task = runtime.spawn(run(running, self.endpoint.clone(), Arc::clone(&end)));
        state.stage = Stage::Started {
            task: task.abort_handle(),
            end,
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns `true` if the task may start now. After a panic it starts at once, but only once within a cool-down, so
    /// a runtime in which it always panics does not get a panic with each request.
    fn may_start(&mut self, status: &Status, now: Instant) -> bool {
        if status.has_panicked.swap(false, Ordering::Relaxed)
            && let Some(pause) = self.restarts.after_loss(now, Jitter::random())
        {
            self.starts_from = now + pause;
        }
        now >= self.starts_from
    }
}

impl Status {
    fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Acquire)
    }
}

impl Drop for RefreshTask {
    fn drop(&mut self) {
        if let Stage::Started { task, .. } = &self.state().stage {
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
    status: Arc<Status>,
}

impl Running {
    /// Called only with the state locked.
    fn new(shared: &Arc<Shared>, status: &Arc<Status>) -> Self {
        status.is_running.store(true, Ordering::Release);
        Self {
            shared: Arc::clone(shared),
            status: Arc::clone(status),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if thread::panicking() {
            self.status.has_panicked.store(true, Ordering::Relaxed);
        }
        self.status.is_running.store(false, Ordering::Release);
        self.shared.wake_waiting();
    }
}
