//! The code that the guide shows does what the guide says of it.

mod shown;

use std::{
    error::Error,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{SinkExt as _, StreamExt as _};
use sequence_auth::testing::LocalIssuer;
use test_support::guide::assert_guide_shows;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        ClientRequestBuilder, Error as SocketError, Message, handshake::client::Response,
    },
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type TestResult<T = ()> = Result<T, Box<dyn Error>>;

/// Starts the server, and returns its address.
async fn start(issuer: &LocalIssuer) -> TestResult<String> {
    let app = shown::app(issuer.layer(13639))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, app).into_future());
    Ok(format!("ws://{address}"))
}

async fn open(url: String, protocols: &[&str]) -> Result<(Socket, Response), SocketError> {
    let mut request = ClientRequestBuilder::new(url.parse().expect("a URL"));
    for protocol in protocols {
        request = request.with_sub_protocol(*protocol);
    }
    connect_async(request).await
}

/// Waits until the server ends the connection, and returns the code and the reason.
async fn end(socket: &mut Socket) -> TestResult<(u16, String)> {
    loop {
        if let Message::Close(frame) = socket.next().await.ok_or("no reason")?? {
            let frame = frame.ok_or("no reason")?;
            return Ok((u16::from(frame.code), frame.reason.to_string()));
        }
    }
}

async fn assert_echoes(socket: &mut Socket) -> TestResult {
    socket.send(Message::text("Hello")).await?;
    assert_eq!(socket.next().await.ok_or("no echo")??.to_text()?, "Hello");
    Ok(())
}

#[test]
fn the_guide_shows_it() {
    assert_guide_shows("websockets.rs", include_str!("shown.rs"));
}

#[tokio::test]
async fn token_is_a_subprotocol() -> TestResult {
    let issuer = LocalIssuer::new();
    let url = start(&issuer).await? + "/play";
    let token = format!("token.{}", issuer.token().mint());
    let (mut socket, response) = open(url.clone(), &["game.v1", &token]).await?;
    assert_eq!(response.headers()["sec-websocket-protocol"], "game.v1");
    assert_echoes(&mut socket).await?;
    match open(url, &["game.v1"]).await {
        Err(SocketError::Http(response)) => assert_eq!(response.status(), 401),
        _ => return Err("the handshake was not refused".into()),
    }
    Ok(())
}

#[tokio::test]
async fn token_is_the_first_message() -> TestResult {
    let issuer = LocalIssuer::new();
    let url = start(&issuer).await? + "/play-by-message";
    let (mut socket, _) = open(url.clone(), &["game.v1"]).await?;
    socket.send(Message::text(issuer.token().mint())).await?;
    assert_echoes(&mut socket).await?;
    let expired = issuer.token().expired().mint();
    let (mut socket, _) = open(url, &["game.v1"]).await?;
    socket.send(Message::text(expired)).await?;
    let refused = (4401, "the token has expired (exp)".to_owned());
    assert_eq!(end(&mut socket).await?, refused);
    Ok(())
}

#[tokio::test]
async fn session_ends_with_its_token() -> TestResult {
    let issuer = LocalIssuer::new();
    let url = start(&issuer).await? + "/play";
    let expires_at = SystemTime::now().duration_since(UNIX_EPOCH)? + Duration::from_secs(2);
    let token = issuer.token().claim("exp", expires_at.as_secs());
    let token = format!("token.{}", token.mint());
    let (mut socket, _) = open(url, &["game.v1", &token]).await?;
    let expired = (4401, "the token has expired".to_owned());
    assert_eq!(end(&mut socket).await?, expired);
    Ok(())
}
