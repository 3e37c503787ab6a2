//! A server with hyper alone and the layer, with demo keys.
//!
//! `cargo run --example hyper` listens on 127.0.0.1:3000 (put another address after `--`) and prints two lines to paste.
//! The line with a token gets `Hello 0x52908400098527886E0F7030069857D2E4169EE7`, the line without a token gets 401 and
//! the reason. Ctrl-C ends the server. `examples/serving` has the code for an orderly end.

use std::{env, net::SocketAddr, pin::pin, time::Duration};

use hyper::{Request, Response, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sequence_auth::{RequestBody, SequenceClaims, testing::LocalIssuer};
use serving::LingeringStream; // copy it from examples/serving
use tokio::{net::TcpListener, signal::ctrl_c, time::sleep};
use tower::{BoxError, ServiceBuilder};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let issuer = LocalIssuer::new();
    let service = ServiceBuilder::new()
        .layer(issuer.layer(13639)) // yours: SequenceAuthLayer::new(project_id)
        .service_fn(hello);

    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:3000")).await?;
    introduce(listener.local_addr()?, &issuer.token().mint());

    let mut end = pin!(ctrl_c());
    loop {
        let accepted = tokio::select! {
            biased; // Ctrl-C comes first, even before the first connection.
            ended = &mut end => return Ok(ended?),
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // For example, no file descriptor is free. Later, some will be.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new()) // limits the time for a request's headers
            .serve_connection(
                TokioIo::new(LingeringStream::new(stream)), // early responses arrive
                TowerToHyperService::new(service.clone()),
            );
        tokio::spawn(connection);
    }
}

/// Only runs with verified claims.
async fn hello(request: Request<RequestBody<Incoming>>) -> Result<Response<String>, BoxError> {
    let claims: &SequenceClaims = request.extensions().get().ok_or("the layer is missing")?;
    Ok(Response::new(format!("Hello {}\n", claims.wallet())))
}

fn introduce(address: SocketAddr, token: &str) {
    println!("With a token (valid for ten minutes):");
    println!("  curl -i http://{address} -H 'authorization: Bearer {token}'");
    println!("Without a token:");
    println!("  curl -i http://{address}");
}
