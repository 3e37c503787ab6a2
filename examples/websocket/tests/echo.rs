//! The routes over real connections.

use std::{
    error::Error,
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{SinkExt as _, StreamExt as _};
use sequence_auth::testing::{LocalIssuer, TokenBuilder};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        ClientRequestBuilder, Error as SocketError, Message, handshake::client::Response,
        protocol::frame::coding::CloseCode,
    },
};

/// Longer than anything here takes, and shorter than a token lasts.
const LONG: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type TestResult<T = ()> = Result<T, Box<dyn Error>>;

struct Server {
    address: SocketAddr,
    issuer: LocalIssuer,
    running: watch::Sender<()>,
    _sessions: mpsc::Receiver<()>,
}

impl Server {
    async fn start() -> TestResult<Self> {
        let issuer = LocalIssuer::new();
        let (running, ends) = watch::channel(());
        let (session, sessions) = mpsc::channel(1);
        let app = websocket::app(issuer.layer(13639), ends, session)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(axum::serve(listener, app).into_future());
        Ok(Self {
            address,
            issuer,
            running,
            _sessions: sessions,
        })
    }

    fn token_for(&self, seconds: u64) -> TokenBuilder {
        let expires_at = now() + Duration::from_secs(seconds);
        self.issuer.token().claim("exp", expires_at.as_secs())
    }

    async fn open(
        &self,
        path: &str,
        protocols: &[&str],
    ) -> Result<(Socket, Response), SocketError> {
        let url = format!("ws://{}{path}", self.address);
        let mut request = ClientRequestBuilder::new(url.parse().expect("a URL"));
        for protocol in protocols {
            request = request.with_sub_protocol(*protocol);
        }
        connect_async(request).await
    }

    async fn open_with(&self, token: &str) -> Result<(Socket, Response), SocketError> {
        let token = format!("token.{token}");
        self.open("/echo", &["echo.v1", &token]).await
    }
}

fn now() -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970")
}

async fn send(socket: &mut Socket, message: Value) -> TestResult {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

async fn receive(socket: &mut Socket) -> TestResult<Value> {
    let message = socket.next().await.ok_or("it has ended")??;
    Ok(serde_json::from_str(message.to_text()?)?)
}

/// Returns with which code and reason the server ends the connection.
async fn end(socket: &mut Socket) -> TestResult<(u16, String)> {
    loop {
        if let Message::Close(frame) = socket.next().await.ok_or("no reason")?? {
            let frame = frame.ok_or("no reason")?;
            return Ok((u16::from(frame.code), frame.reason.to_string()));
        }
    }
}

async fn assert_echoes(socket: &mut Socket) -> TestResult {
    send(socket, json!({"say": "Hello"})).await?;
    assert_eq!(receive(socket).await?, json!({"echo": "Hello"}));
    Ok(())
}

#[tokio::test]
async fn player_is_known_by_a_subprotocol_that_nobody_echoes() -> TestResult {
    let server = Server::start().await?;
    let token = server.issuer.token().mint();
    let (mut socket, response) = server.open_with(&token).await?;
    assert_eq!(response.headers()["sec-websocket-protocol"], "echo.v1");
    assert!(!format!("{response:?}").contains(&token));
    let welcome = receive(&mut socket).await?;
    let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
    assert_eq!(welcome["welcome"]["wallet"], wallet);
    assert_echoes(&mut socket).await
}

#[tokio::test]
async fn refused_token_is_an_http_answer() -> TestResult {
    let server = Server::start().await?;
    let expired = server.issuer.token().expired().mint();
    for opened in [
        server.open("/echo", &["echo.v1"]).await,
        server.open_with(&expired).await,
        server.open_with("x").await,
    ] {
        match opened {
            Err(SocketError::Http(response)) => assert_eq!(response.status(), 401),
            Err(error) => return Err(error.into()),
            Ok(_) => return Err("it is open".into()),
        }
    }
    Ok(())
}

#[tokio::test]
async fn player_is_known_by_the_first_message() -> TestResult {
    let server = Server::start().await?;
    let (mut socket, _) = server.open("/echo-by-message", &["echo.v1"]).await?;
    let token = server.issuer.token().mint();
    send(&mut socket, json!({"token": token})).await?;
    assert!(receive(&mut socket).await?["welcome"].is_object());
    assert_echoes(&mut socket).await
}

#[tokio::test]
async fn other_first_messages_end_the_connection() -> TestResult {
    let server = Server::start().await?;
    let expired = server.issuer.token().expired().mint();
    let unsupported = u16::from(CloseCode::Unsupported);
    for (message, code, reason) in [
        (
            json!({"say": "Hello"}),
            4401,
            "the first message was not a token",
        ),
        (
            json!({"token": expired}),
            4401,
            "the token has expired (exp)",
        ),
        (
            json!({"token": 1}),
            unsupported,
            "the message is not understood",
        ),
    ] {
        let (mut socket, _) = server.open("/echo-by-message", &["echo.v1"]).await?;
        send(&mut socket, message).await?;
        assert_eq!(end(&mut socket).await?, (code, reason.to_owned()));
    }
    Ok(())
}

#[tokio::test]
async fn session_ends_with_its_token() -> TestResult {
    let server = Server::start().await?;
    let (mut socket, _) = server.open_with(&server.token_for(5).mint()).await?;
    let expires_at = receive(&mut socket).await?["welcome"]["expiresAt"].as_u64();
    let reason = "the token has expired, and no new one came".to_owned();
    assert_eq!(end(&mut socket).await?, (4401, reason));
    assert!(now() >= Duration::from_secs(expires_at.ok_or("a number")?));
    Ok(())
}

#[tokio::test]
async fn new_token_of_the_same_player_goes_on() -> TestResult {
    let server = Server::start().await?;
    let (mut socket, _) = server.open_with(&server.token_for(5).mint()).await?;
    let first = receive(&mut socket).await?["welcome"]["expiresAt"].as_u64();
    let first = Duration::from_secs(first.ok_or("a number")?);
    let token = server.token_for(600).mint();
    send(&mut socket, json!({"token": token})).await?;
    assert!(receive(&mut socket).await?["welcome"].is_object());
    while now() <= first {
        assert_echoes(&mut socket).await?;
    }
    assert_echoes(&mut socket).await
}

#[tokio::test]
async fn token_of_another_player_ends_the_session() -> TestResult {
    let server = Server::start().await?;
    let other = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
    let other = server.issuer.token().wallet(other).mint();
    let (mut socket, _) = server.open_with(&server.issuer.token().mint()).await?;
    send(&mut socket, json!({"token": other})).await?;
    let reason = "the new token is of another player".to_owned();
    assert_eq!(end(&mut socket).await?, (4403, reason));
    Ok(())
}

#[tokio::test]
async fn sessions_end_with_the_server() -> TestResult {
    let server = Server::start().await?;
    let (mut socket, _) = server.open_with(&server.issuer.token().mint()).await?;
    receive(&mut socket).await?;
    drop(server.running);
    assert_eq!(end(&mut socket).await?.0, u16::from(CloseCode::Away));
    Ok(())
}

/// The server reserves memory for a frame when its header states the size.
#[tokio::test]
async fn large_frame_ends_the_connection_by_its_header() -> TestResult {
    let server = Server::start().await?;
    let (socket, _) = server.open_with(&server.issuer.token().mint()).await?;
    let MaybeTlsStream::Plain(mut stream) = socket.into_inner() else {
        return Err("it is plain".into());
    };
    // The header of a masked text of 1 MiB (RFC 6455 §5.2), without the text.
    let header = [0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4];
    stream.write_all(&header).await?;
    let mut rest = Vec::new();
    timeout(LONG, stream.read_to_end(&mut rest)).await??;
    Ok(())
}

/// The client reads nothing, so at some point the server cannot send.
#[tokio::test]
async fn client_that_reads_nothing_is_served_no_longer_than_its_token() -> TestResult {
    let server = Server::start().await?;
    let (socket, _) = server.open_with(&server.token_for(5).mint()).await?;
    let (mut sending, _unread) = socket.split();
    let text = json!({"say": "x".repeat(8 * 1024)}).to_string();
    let sends = async { while sending.send(Message::text(&text)).await.is_ok() {} };
    Ok(timeout(LONG, sends).await?)
}
