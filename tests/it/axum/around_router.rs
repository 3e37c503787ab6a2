//! The layer around a whole router, over a socket: the layer decides before the router looks at the path.

use axum::{
    Router,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower_layer::Layer as _;

use super::me;
use crate::{
    recorder::Recorder,
    support::{ISSUER, layer},
};

/// An application that runs until it is dropped.
struct Served {
    address: std::net::SocketAddr,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn start() -> Self {
        let router = Router::new()
            .route("/me", get(me))
            .route("/echo", post(async |body: String| body));
        Self::serve(Router::new().fallback_service(layer().layer(router))).await
    }

    async fn serve(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            server: tokio::spawn(axum::serve(listener, app).into_future()),
        }
    }

    async fn exchange(&self, line: &str, rest: &str) -> String {
        let mut client = TcpStream::connect(self.address).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{rest}");
        client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn bearer() -> String {
    format!("authorization: Bearer {}\r\n\r\n", ISSUER.token().mint())
}

#[tokio::test]
async fn token_is_asked_for_before_the_path() {
    let app = Served::start().await;
    for path in ["GET /me", "GET /nowhere", "POST /me"] {
        let refused = app.exchange(path, "\r\n").await;
        assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
        assert!(refused.contains(r#"{"error":"missing_token""#), "{refused}");
    }
    for (path, status) in [
        ("GET /me", "200"),
        ("GET /nowhere", "404"),
        ("POST /me", "405"),
    ] {
        let answer = app.exchange(path, &bearer()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn handlers_get_claims_and_bodies() {
    let app = Served::start().await;
    let me = app.exchange("GET /me", &bearer()).await;
    assert!(me.ends_with("\r\n\r\nplayer@example.com"), "{me}");
    let body = format!(r#"{{ "sequenceToken": "{}" }}"#, ISSUER.token().mint());
    let length = body.len();
    let rest = format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}");
    let echo = app.exchange("POST /echo", &rest).await;
    assert!(echo.starts_with("HTTP/1.1 200 "), "{echo}");
    assert!(echo.ends_with(&body), "{echo}");
}

/// axum applies the layer again for each handler of each connection.
#[tokio::test]
async fn sources_are_logged_once_for_all_connections() {
    let (recorder, _guard) = Recorder::start();
    let app = Router::new().route("/me", get(me)).route("/you", get(me));
    let app = Served::serve(app.layer(layer())).await;
    for path in ["GET /me", "GET /you"] {
        let answer = app.exchange(path, &bearer()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    let text = recorder.text();
    assert_eq!(text.matches("tokens are looked for").count(), 1, "{text}");
}
