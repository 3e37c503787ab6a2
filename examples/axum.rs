//! The layer in axum, served as in production: early responses arrive, and the server always ends.
//!
//! `cargo run --example axum` listens on 127.0.0.1:3000 (put another address after `--`) and prints lines to paste. The
//! line with a token gets `Hello 0x52908400098527886E0F7030069857D2E4169EE7`. The line without a token gets 401 and the
//! reason, and so does a long upload without a token, before the upload has ended. SIGTERM and Ctrl-C end the server.
//! `axum::serve` has no setting for the time that a client may take for its headers, but `serve` in `examples/serving`
//! does.

use std::{env, net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use sequence_auth::{SequenceClaims, testing::LocalIssuer};
use serving::{LingeringListener, Termination}; // in examples/serving, to copy
use tokio::{net::TcpListener, runtime::Runtime, sync::watch, time::sleep};
use tower::BoxError;

/// How long running requests may take when the server ends: less than the 10 seconds after which container runtimes
/// kill it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

fn main() -> Result<(), BoxError> {
    let runtime = Runtime::new()?;
    let outcome = runtime.block_on(run());
    // Dropping the runtime would wait for a hanging look-up of the issuer's name.
    runtime.shutdown_background();
    outcome
}

async fn run() -> Result<(), BoxError> {
    let termination = Termination::new()?;
    let issuer = LocalIssuer::new();
    let auth = issuer.layer(13639); // yours: SequenceAuthLayer::new(project_id)
    let app = Router::new()
        .route("/", get(hello).post(hello))
        .layer(auth.clone());

    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:3000")).await?;
    introduce(listener.local_addr()?, &issuer.token().mint());
    let (running, ends) = watch::channel(());
    termination.drop_when_requested(running);
    serve(LingeringListener(listener), app, ends).await?;
    auth.shutdown().await; // ends the fetching of keys
    Ok(())
}

/// Serves until the sender of `ends` is dropped, and finishes running requests.
async fn serve(
    listener: LingeringListener<TcpListener>,
    app: Router,
    mut ends: watch::Receiver<()>,
) -> Result<(), BoxError> {
    let mut ending = ends.clone();
    let ending = async move { drop(ending.changed().await) };
    let server = axum::serve(listener, app).with_graceful_shutdown(ending);
    let too_late = async {
        drop(ends.changed().await);
        sleep(SHUTDOWN_TIMEOUT).await;
    };
    tokio::select! {
        served = server.into_future() => served?,
        () = too_late => (),
    }
    Ok(())
}

/// Only runs with verified claims. `SequenceClaims` is an extractor with the feature `axum`.
async fn hello(claims: SequenceClaims) -> String {
    format!("Hello {}\n", claims.wallet())
}

fn introduce(address: SocketAddr, token: &str) {
    println!("With a token (valid for ten minutes):");
    println!("  curl -i http://{address} -H 'authorization: Bearer {token}'");
    println!("Without a token:");
    println!("  curl -i http://{address}");
    println!("A large upload without a token:");
    println!("  head -c 20000000 /dev/zero | curl -i http://{address} --data-binary @-");
}
