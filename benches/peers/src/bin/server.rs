//! Servers of axum with a single route, for the load of `servers/run`: without a layer, with an empty layer, with ours,
//! and with ours without a cache of tokens.
//!
//! `server FILE` writes the tokens of a hundred players to the file, and prints its addresses.

use std::{env, error::Error, fs, future, io};

use axum::{Json, Router, routing::get};
use peers::Stage;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::layer::util::Identity;

const PLAYERS: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args_os()
        .nth(1)
        .ok_or("where are the tokens to be written?")?;
    let stage = Stage::start().await?;
    fs::write(file, stage.tokens(PLAYERS).join("\n"))?;
    let layer = stage.layer().build()?;
    let no_cache = stage.layer().token_cache(0).build()?;
    layer.ready().await?;
    no_cache.ready().await?;
    println!("Keys: {}", stage.jwks_url());
    println!("Audience: {}", stage.audience());
    println!("Without the layer: {}", serve(route()).await?);
    let nothing = serve(route().layer(Identity::new())).await?;
    println!("With a layer that does nothing: {nothing}");
    println!("With the layer: {}", serve(route().layer(layer)).await?);
    println!("Without a cache: {}", serve(route().layer(no_cache)).await?);
    future::pending().await
}

fn route() -> Router {
    Router::new().route("/", get(answer).post(answer))
}

async fn answer() -> Json<Value> {
    Json(json!({ "verified": true }))
}

/// Serves on a free port, and returns its address.
async fn serve(router: Router) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}
