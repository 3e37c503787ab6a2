//! Serving connections, with a limit on the time for a request's headers, and an orderly end.

use std::{io, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};
use tracing::{Instrument as _, debug, warn};

use crate::LingeringStream;

/// How long a client may take for the headers of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long running requests may take when the server ends: less than the 10 seconds after which container runtimes
/// kill it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);
/// How long to wait when no connection can be accepted, for example because no file descriptor is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Serves `router` until the sender of `ends` is dropped, and finishes running requests.
pub async fn serve(listener: TcpListener, router: Router, mut ends: watch::Receiver<()>) {
    let connections = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => serve_connection(stream, router.clone(), &connections),
                Err(error) => pause(error).await,
            },
            _ = ends.changed() => break,
        }
    }
    drop(listener);
    if timeout(SHUTDOWN_TIMEOUT, connections.shutdown())
        .await
        .is_err()
    {
        warn!("some requests were still under way at the end");
    }
}

fn serve_connection(stream: TcpStream, router: Router, connections: &GracefulShutdown) {
    // Sends small responses at once. A socket without this option also works.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        // A client that has sent its request may close its side and wait for the response.
        .half_close(true)
        .serve_connection(
            TokioIo::new(LingeringStream::new(stream)),
            TowerToHyperService::new(router),
        );
    let connection = connections.watch(connection);
    let connection = async move {
        if let Err(error) = connection.await {
            debug!("a connection failed: {error}");
        }
    };
    tokio::spawn(connection.in_current_span());
}

async fn pause(error: io::Error) {
    warn!("no connection could be accepted: {error}");
    sleep(ACCEPT_PAUSE).await;
}
