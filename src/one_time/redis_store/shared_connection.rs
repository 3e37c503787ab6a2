//! The connection that all calls share. It is made when it is first needed, and replaced when it is broken.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout},
};

use super::{
    connection::Connection,
    endpoint::Endpoint,
    failure::Failure,
    script::{Outcome, ScriptCall},
};

/// The shortest time between the starts of two attempts to connect, however many calls wait.
const RECONNECT_INTERVAL: Duration = Duration::from_millis(100);

pub(super) struct SharedConnection {
    endpoint: Arc<Endpoint>,
    timeouts: Timeouts,
    latest: Mutex<Option<Attempt>>,
}

#[derive(Clone, Copy)]
pub(super) struct Timeouts {
    /// For a call, including the wait for a connection.
    pub(super) call: Duration,
    /// For connecting, whether or not a call still waits for it.
    pub(super) connect: Duration,
}

impl SharedConnection {
    pub(super) fn new(endpoint: Endpoint, timeouts: Timeouts) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            timeouts,
            latest: Mutex::default(),
        }
    }

    pub(super) async fn call(&self, call: ScriptCall) -> Result<Outcome, Failure> {
        self.call_within(self.timeouts.call, call).await
    }

    /// The same, and waits as long as connecting may take.
    pub(super) async fn connect_and_call(&self, call: ScriptCall) -> Result<Outcome, Failure> {
        let time = self.timeouts.connect.saturating_add(self.timeouts.call);
        self.call_within(time, call).await
    }

    async fn call_within(&self, time: Duration, call: ScriptCall) -> Result<Outcome, Failure> {
        let answer = timeout(time, self.call_with_retry(call));
        answer.await.unwrap_or_else(|_| Err(self.timed_out()))
    }

    /// Returns the name and version of the server, if the connection is established.
    pub(super) fn server(&self) -> Option<String> {
        let result = self.lock().as_ref()?.result.clone();
        let connection = result.borrow().clone()?.ok()?;
        Some(connection.server().to_string())
    }

    /// Calls the script, and once more if the connection was closed meanwhile, as servers do with idle connections. A
    /// call that gets no connection fails at once.
    async fn call_with_retry(&self, call: ScriptCall) -> Result<Outcome, Failure> {
        let call = Arc::new(call);
        let connection = self.connection().await?;
        match connection.call(&call, self.timeouts.call).await {
            Err(failure) if failure.is_connection_lost() => match self.call_once(&call).await? {
                // Perhaps recorded by the first call, whose answer was lost: not proof of an earlier use.
                Outcome::Used => Err(failure),
                outcome => Ok(outcome),
            },
            answer => answer,
        }
    }

    async fn call_once(&self, call: &Arc<ScriptCall>) -> Result<Outcome, Failure> {
        let connection = self.connection().await?;
        connection.call(call, self.timeouts.call).await
    }

    fn timed_out(&self) -> Failure {
        let is_connecting = self.lock().as_ref().is_some_and(Attempt::is_pending);
        Failure::overdue(if is_connecting {
            "no connection to Redis in time"
        } else {
            "no answer from Redis in time"
        })
    }

    async fn connection(&self) -> Result<Arc<Connection>, Failure> {
        let mut result = self.attempt();
        let connected = result.wait_for(Option::is_some).await;
        let connected = connected.ok().and_then(|connection| connection.clone());
        connected.unwrap_or_else(|| Err(Failure::overdue("connecting to Redis was aborted")))
    }

    /// Returns the latest attempt to connect, or a new one if the latest has failed or its connection is broken.
    fn attempt(&self) -> AttemptResult {
        let mut latest = self.lock();
        let starts_at = match &*latest {
            Some(attempt) if attempt.is_usable(self.timeouts) => return attempt.result.clone(),
            Some(attempt) => Instant::now().max(attempt.starts_at + RECONNECT_INTERVAL),
            None => Instant::now(),
        };
        let attempt = Attempt::start(&self.endpoint, starts_at, self.timeouts.connect);
        latest.insert(attempt).result.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Attempt>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `None` while the attempt is pending.
type AttemptResult = watch::Receiver<Option<Result<Arc<Connection>, Failure>>>;

/// An attempt to connect, and its result. It goes on if the calls that wait for it time out.
struct Attempt {
    starts_at: Instant,
    result: AttemptResult,
}

impl Attempt {
    fn start(endpoint: &Arc<Endpoint>, starts_at: Instant, connect_timeout: Duration) -> Self {
        let (sender, result) = watch::channel(None);
        let endpoint = Arc::clone(endpoint);
        let connecting = async move {
            sleep_until(starts_at).await;
            let connection = timeout(connect_timeout, endpoint.connect()).await;
            connection
                .unwrap_or_else(|_| Err(Failure::overdue("connecting to Redis took too long")))
        };
        tokio::spawn(async move {
            tokio::select! {
                connection = connecting => {
                    sender.send_replace(Some(connection.map(Arc::new)));
                }
                // The store was dropped.
                () = sender.closed() => {}
            }
        });
        Self { starts_at, result }
    }

    fn is_usable(&self, timeouts: Timeouts) -> bool {
        match &*self.result.borrow() {
            Some(Ok(connection)) => connection.is_usable(timeouts.call),
            Some(Err(_)) => false,
            // The runtime of the attempt may have ended, or be blocked: then the attempt never gets a result.
            None => {
                self.result.has_changed().is_ok() && self.starts_at.elapsed() < timeouts.connect
            }
        }
    }

    fn is_pending(&self) -> bool {
        self.result.borrow().is_none()
    }
}
