//! A site for the tests in a browser. It puts a player's token into a cookie that the browser sends wherever it can, so
//! only the layer keeps other sites from acting in the player's name.
//!
//! It also has a login with nonces, for its own pages and for those of named origins.
//!
//! `site --listen 127.0.0.1:0 [--page <origin>]… [--across-sites]` prints its address. With the last option, the
//! cookies of the login also work in frames on other sites.

mod login;

use std::{env, error::Error, sync::Arc};

use axum::{
    Router,
    extract::{State, WebSocketUpgrade, ws::Message},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use sequence_auth::{ConfigError, LoginCookies, SequenceClaims, TokenSource, testing::LocalIssuer};
use tokio::net::TcpListener;

const PAGE: Html<&str> = Html(r#"<!doctype html><meta charset="utf-8"><title>A page</title>"#);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = values("--listen").next();
    let listener = TcpListener::bind(address.ok_or("say where: --listen <address>")?).await?;
    println!("Server: http://{}", listener.local_addr()?);
    println!("Its keys: in this process");
    let issuer = Arc::new(LocalIssuer::new());
    let login = login::routes(&issuer, login_cookies(), values("--page"))?;
    axum::serve(listener, app(issuer)?.merge(login)).await?;
    Ok(())
}

fn login_cookies() -> LoginCookies {
    let cookies = LoginCookies::default();
    if env::args().any(|option| option == "--across-sites") {
        cookies.allow_cross_site_frames()
    } else {
        cookies
    }
}

/// The values of an option that may be repeated.
fn values(option: &str) -> impl Iterator<Item = String> {
    let pairs = env::args().zip(env::args().skip(1));
    pairs.filter_map(move |(name, value)| (name == option).then_some(value))
}

fn app(issuer: Arc<LocalIssuer>) -> Result<Router, ConfigError> {
    let auth = issuer.layer(13639).sources([
        TokenSource::bearer(),
        TokenSource::subprotocol("token.")?,
        TokenSource::cookie("__Host-token")?,
    ]);
    let players = Router::new()
        .route("/account", get(account).post(account).delete(account))
        .route("/socket", get(socket))
        .layer(auth);
    let everybody = Router::new()
        .route("/", get(PAGE))
        .route("/sign-in", get(sign_in))
        .route("/token", get(token))
        .with_state(issuer);
    Ok(players.merge(everybody))
}

/// Sets the cookie. With `SameSite=None` no request is kept back by the browser.
async fn sign_in(State(issuer): State<Arc<LocalIssuer>>) -> impl IntoResponse {
    let token = issuer.token().mint();
    let cookie = format!("__Host-token={token}; Path=/; Secure; HttpOnly; SameSite=None");
    ([("set-cookie", cookie)], PAGE)
}

async fn token(State(issuer): State<Arc<LocalIssuer>>) -> String {
    issuer.token().mint()
}

async fn account(claims: SequenceClaims) -> String {
    claims.wallet().to_string()
}

/// Chooses the protocol `v1`, if the client offers it, and sends the player's wallet.
async fn socket(claims: SequenceClaims, upgrade: WebSocketUpgrade) -> Response {
    let wallet = claims.wallet().to_string();
    upgrade
        .protocols(["v1"])
        .on_upgrade(async move |mut socket| drop(socket.send(Message::text(wallet)).await))
}
