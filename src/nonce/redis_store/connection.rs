//! One connection to Redis, shared, made when it is first needed, and replaced once it has failed.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{
    Client, ConnectionAddr, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio::time::{error::Elapsed, timeout};

pub(super) struct Connection {
    client: Client,
    manager: Mutex<Option<Arc<ConnectionManager>>>,
}

impl Connection {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            manager: Mutex::default(),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Asks something within some time, the connecting included.
    ///
    /// A connection that has failed in any way is left. The manager would keep it after an error of the
    /// handshake, after a time-out, and when its server has become a replica.
    pub(super) async fn ask<T, F>(
        &self,
        time: Duration,
        question: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<RedisResult<T>, Elapsed>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let manager = match self.manager(time) {
            Ok(manager) => manager,
            Err(error) => return Ok(Err(error)),
        };
        let answer = timeout(time, question(ConnectionManager::clone(&manager))).await;
        if !matches!(answer, Ok(Ok(_))) {
            self.leave(&manager);
        }
        answer
    }

    fn manager(&self, time: Duration) -> RedisResult<Arc<ConnectionManager>> {
        let mut current = self.lock();
        if let Some(manager) = &*current {
            return Ok(Arc::clone(manager));
        }
        let address = self.client.get_connection_info().addr();
        if matches!(address, ConnectionAddr::TcpTls { .. }) {
            choose_crypto_provider();
        }
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(time))
            .set_response_timeout(Some(time));
        let manager = ConnectionManager::new_lazy_with_config(self.client.clone(), config)?;
        Ok(Arc::clone(current.insert(Arc::new(manager))))
    }

    /// Makes the next question use a new connection, unless there is one by now. What others have asked on
    /// the old one may still be answered.
    fn leave(&self, failed: &Arc<ConnectionManager>) {
        self.lock().take_if(|current| Arc::ptr_eq(current, failed));
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<ConnectionManager>>> {
        self.manager.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chooses a provider for the process as rustls does where only one is compiled in; where there are
/// several, it would panic.
fn choose_crypto_provider() {
    if CryptoProvider::get_default().is_none() {
        // Somebody else may have been quicker, which is as good.
        let _ = aws_lc_rs::default_provider().install_default();
    }
}
