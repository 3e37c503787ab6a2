//! The layer in axum, served as in production: answers that are sent early are not lost, and nothing holds
//! up the end.
//!
//! `cargo run --example axum` listens on 127.0.0.1:3000 (another address goes after `--`) and prints lines
//! to paste. The one with a token is answered with `Hello 0x52908400098527886E0F7030069857D2E4169EE7`, the
//! one without with 401 and the reason, and so is a long upload without one, before it has ended. SIGTERM
//! and Ctrl-C end it. How long a client may take for a request's headers cannot be set in `axum::serve`;
//! `examples/serving` has a `serve` that does.

use std::{env, net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use sequence_auth::{SequenceClaims, testing::LocalIssuer};
use serving::{LingeringListener, Termination}; // in examples/serving, to copy
use tokio::{net::TcpListener, runtime::Runtime, sync::watch, time::sleep};
use tower::BoxError;

/// How long requests that are under way may take once the server is to end: less than the 10 seconds
/// after which container runtimes kill.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

fn main() -> Result<(), BoxError> {
    let runtime = Runtime::new()?;
    let outcome = runtime.block_on(run());
    // To drop the runtime would be to wait for a look-up of the issuer's name that hangs.
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
    auth.shutdown().await; // no fetch of the keys is under way any more
    Ok(())
}

/// Serves until the sender of `ends` is gone; requests that are under way are finished.
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

/// Is called with verified claims only; `SequenceClaims` is an extractor with the feature `axum`.
async fn hello(claims: SequenceClaims) -> String {
    format!("Hello {}\n", claims.wallet())
}

fn introduce(address: SocketAddr, token: &str) {
    println!("With a token, which is good for ten minutes:");
    println!("  curl -i http://{address} -H 'authorization: Bearer {token}'");
    println!("Without one:");
    println!("  curl -i http://{address}");
    println!("Without one, and with much to send:");
    println!("  head -c 20000000 /dev/zero | curl -i http://{address} --data-binary @-");
}
