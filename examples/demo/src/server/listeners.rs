//! The addresses of the server: one for the public, one for Prometheus.

use std::{io, net::SocketAddr};

use axum::Router;
use serving::{listen, serve};
use tokio::{net::TcpListener, sync::watch, task::JoinError};

use super::options::Options;

/// A listener for the server, and optionally a second one for the metrics.
pub(super) struct Listeners {
    public: TcpListener,
    metrics: Option<TcpListener>,
}

impl Listeners {
    pub(super) async fn bind(options: &Options) -> Result<Self, String> {
        let public = listen(options.listen, "--listen").await?;
        let metrics = match options.metrics_listen {
            Some(address) => Some(listen(address, "--metrics-listen").await?),
            None => None,
        };
        Ok(Self { public, metrics })
    }

    pub(super) fn public_address(&self) -> io::Result<SocketAddr> {
        self.public.local_addr()
    }

    pub(super) fn metrics_address(&self) -> io::Result<SocketAddr> {
        self.metrics.as_ref().unwrap_or(&self.public).local_addr()
    }

    /// Serves until the sender of `ends` is dropped.
    pub(super) async fn serve(
        self,
        app: Router,
        metrics: Router,
        ends: watch::Receiver<()>,
    ) -> Result<(), JoinError> {
        let Some(listener) = self.metrics else {
            serve(self.public, app.merge(metrics), ends).await;
            return Ok(());
        };
        let metrics = tokio::spawn(serve(listener, metrics, ends.clone()));
        serve(self.public, app, ends).await;
        metrics.await
    }
}
