//! `cargo run -p websocket` starts the server, with a page to try it on. `-- --listen` sets another address.

use std::{
    error::Error,
    net::SocketAddr,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use axum::{Router, extract::Query, routing::get};
use clap::Parser;
use sequence_auth::testing::LocalIssuer;
use serde::Deserialize;
use serving::{LingeringListener, Termination, listen};
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};
use websocket::app;

/// How long requests and sessions may take to end: less than the 10 seconds after which container runtimes kill the
/// process.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

/// WebSockets for players, which end with the player's token.
#[derive(Parser)]
struct Options {
    /// The address of the server.
    #[arg(
        long,
        env = "LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    listen: SocketAddr,
}

fn main() -> ExitCode {
    let options = Options::parse();
    serving::run(run(options))
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let issuer = LocalIssuer::new();
    let auth = issuer.layer(13639); // yours: SequenceAuthLayer::new(project_id)
    let (running, mut ends) = watch::channel(());
    let (session, sessions) = mpsc::channel(1);
    let app = app(auth, ends.clone(), session)?.merge(demo_tokens(issuer));

    if !options.listen.ip().is_loopback() {
        return Err(
            "--listen is not a loopback address, and the demo issuer signs for anybody".into(),
        );
    }
    let listener = listen(options.listen, "--listen").await?;
    let address = listener.local_addr()?;
    println!("Server: http://{address}");
    println!("Page: http://{address}/");
    println!("Demo issuer: http://{address}/demo/token (NOT FOR PRODUCTION: it signs for anybody)");
    termination.drop_when_requested(running);
    let mut ending = ends.clone();
    let ending = async move { drop(ending.changed().await) };
    let server = axum::serve(LingeringListener(listener), app).with_graceful_shutdown(ending);
    let too_late = async {
        drop(ends.changed().await);
        sleep(SHUTDOWN_TIMEOUT).await;
    };
    tokio::select! {
        served = serve_to_the_end(server.into_future(), sessions) => served?,
        () = too_late => (),
    }
    Ok(())
}

/// Waits for the requests, and then for the sessions. A server no longer counts upgraded requests.
async fn serve_to_the_end(
    server: impl Future<Output = std::io::Result<()>>,
    mut sessions: mpsc::Receiver<()>,
) -> std::io::Result<()> {
    server.await?;
    // This channel carries no messages: each session holds a sender until it ends.
    while sessions.recv().await.is_some() {}
    Ok(())
}

#[derive(Deserialize)]
struct Lifetime {
    seconds: u64,
}

/// Signs tokens for anybody, instead of the player's client. NOT FOR PRODUCTION.
fn demo_tokens(issuer: LocalIssuer) -> Router {
    let mint = async move |Query(Lifetime { seconds }): Query<Lifetime>| {
        let expires_at = SystemTime::now() + Duration::from_secs(seconds.min(600));
        let expires_at = expires_at.duration_since(SystemTime::UNIX_EPOCH);
        let seconds = expires_at.unwrap_or_default().as_secs();
        issuer.token().claim("exp", seconds).mint()
    };
    Router::new().route("/demo/token", get(mint))
}
