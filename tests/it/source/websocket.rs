//! A WebSocket through axum on a real connection, with the token in the places that a browser can use.

use axum::{Router, body::Body, routing::get};
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::upgrade;
use hyper_util::rt::TokioIo;
use sequence_auth::{SequenceAuthLayer, SequenceClaims, TokenSource};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{COOKIE, PREFIX};
use crate::support::{ISSUER, layer};

const HANDSHAKE: &str = "GET /socket HTTP/1.1\r\nhost: app.test\r\nconnection: upgrade\r\n\
     upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Chooses the last offered protocol, and echoes messages.
async fn echo(mut request: Request<Body>) -> Response<Body> {
    let claims = request.extensions().get::<SequenceClaims>();
    let email = claims.and_then(SequenceClaims::email).unwrap_or_default();
    let offered = all_protocols(request.headers());
    let chosen = offered.rsplit(", ").next().unwrap_or_default();
    let response = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("x-email", email)
        .header("x-offered", &offered)
        .header("sec-websocket-protocol", chosen);
    let upgraded = upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        let mut bytes = [0; 4];
        stream.read_exact(&mut bytes).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
    });
    response.body(Body::empty()).unwrap()
}

fn all_protocols(headers: &HeaderMap) -> String {
    let values = headers.get_all("sec-websocket-protocol").iter();
    let values: Vec<_> = values.map(|value| value.to_str().unwrap()).collect();
    values.join(", ")
}

/// Sends a handshake with these headers and `ping`, and returns all bytes of the response.
async fn exchange(layer: SequenceAuthLayer, lines: &str) -> String {
    let app = Router::new().route("/socket", get(echo)).layer(layer);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut client = TcpStream::connect(address).await.unwrap();
    let handshake = format!("{HANDSHAKE}{lines}\r\nping");
    client.write_all(handshake.as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    server.abort();
    answer
}

#[tokio::test]
async fn subprotocol_opens_a_socket_and_is_not_echoed() {
    let token = ISSUER.token().mint();
    let layer = layer().sources([TokenSource::subprotocol(PREFIX).unwrap()]);
    for lines in [
        format!("sec-websocket-protocol: game.v1, {PREFIX}{token}\r\n"),
        format!("sec-websocket-protocol: {PREFIX}{token}, game.v1\r\n"),
        format!("Sec-WebSocket-Protocol: game.v1\r\nsec-websocket-protocol: {PREFIX}{token}\r\n"),
    ] {
        let answer = exchange(layer.clone(), &lines).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        assert!(
            answer.contains("x-email: player@example.com\r\n"),
            "{answer}"
        );
        assert!(answer.contains("x-offered: game.v1\r\n"), "{answer}");
        assert!(
            answer.contains("sec-websocket-protocol: game.v1\r\n"),
            "{answer}"
        );
        assert!(answer.ends_with("\r\n\r\nping"), "{answer}");
        assert!(!answer.contains(PREFIX), "{answer}");
    }
}

#[tokio::test]
async fn handshake_without_a_good_token_opens_nothing() {
    let layer = layer().sources([TokenSource::subprotocol(PREFIX).unwrap()]);
    let expired = ISSUER.token().expired().mint();
    for (lines, status) in [
        (String::new(), 401),
        ("sec-websocket-protocol: game.v1\r\n".to_owned(), 401),
        (
            format!("sec-websocket-protocol: {PREFIX}{expired}\r\n"),
            401,
        ),
        (format!("sec-websocket-protocol: {PREFIX}\r\n"), 400),
    ] {
        let answer = exchange(layer.clone(), &lines).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(!answer.contains("ping"), "{answer}");
    }
}

#[tokio::test]
async fn cookie_opens_a_socket_for_pages_of_the_own_origin_alone() {
    let layer = layer().sources([TokenSource::cookie(COOKIE).unwrap()]);
    let cookie = format!("cookie: {COOKIE}={}\r\n", ISSUER.token().mint());
    for (lines, status) in [
        ("", 101),
        ("origin: http://app.test\r\n", 101),
        (
            "origin: http://app.test\r\nsec-fetch-site: same-origin\r\n",
            101,
        ),
        ("origin: http://app.test:3000\r\n", 403),
        ("origin: http://evil.test\r\n", 403),
        ("origin: null\r\n", 403),
        (
            "origin: http://app.test\r\nsec-fetch-site: same-site\r\n",
            403,
        ),
        ("sec-fetch-site: cross-site\r\n", 403),
    ] {
        let answer = exchange(layer.clone(), &format!("{cookie}{lines}")).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{lines}{answer}"
        );
        assert_eq!(answer.ends_with("ping"), status == 101, "{lines}{answer}");
    }
}
