//! The operator's signals to end the server.

use std::io;

use tokio::sync::watch;
use tracing::info;

/// Receives SIGTERM and Ctrl-C from its creation on.
#[derive(Debug)]
pub struct Termination {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Termination {
    /// Starts listening for the signals.
    ///
    /// # Errors
    ///
    /// The system's error, if it cannot add another listener.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn requested(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
    }
}

impl Termination {
    /// Drops `running` when the end is requested. Every server that watches `running` then ends.
    pub fn drop_when_requested(self, running: watch::Sender<()>) {
        tokio::spawn(async move {
            self.requested().await;
            info!("ending");
            drop(running);
        });
    }
}

#[cfg(not(unix))]
impl Termination {
    /// Starts listening for Ctrl-C.
    ///
    /// # Errors
    ///
    /// None on this system.
    pub fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn requested(self) {
        // Without Ctrl-C, the operator has other ways to end the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
