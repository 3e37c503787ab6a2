//! Tokens in cookies over HTTP/2, in which cookies may come in several headers and the host is in the URI.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, request::Builder};
use http_body_util::Empty;
use hyper::{
    body::Incoming,
    client::conn::http2::{SendRequest, handshake},
    ext::Protocol,
    server::conn::http2,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use sequence_auth::{RequestBody, TokenSource};
use tokio::io::duplex;
use tower::service_fn;
use tower_layer::Layer;

use crate::support::{ISSUER, auth};

const URI: &str = "https://app.test:8443/";
const OWN: (&str, &str) = ("origin", "https://app.test:8443");

/// The headers that a browser adds to requests from other sites.
const FOREIGN: [(&str, &str); 4] = [
    ("origin", "https://app.test"),
    ("origin", "https://evil.test:8443"),
    ("origin", "null"),
    ("sec-fetch-site", "same-site"),
];

async fn connect() -> SendRequest<Empty<Bytes>> {
    let (client, server) = duplex(64 * 1024);
    let cookie = TokenSource::cookie("__Host-token").unwrap();
    let service = auth().sources([cookie]).layer(service_fn(answer));
    let mut server_side = http2::Builder::new(TokioExecutor::new());
    server_side.enable_connect_protocol();
    let service = TowerToHyperService::new(service);
    tokio::spawn(server_side.serve_connection(TokioIo::new(server), service));
    let connected = handshake(TokioExecutor::new(), TokioIo::new(client)).await;
    let (sender, connection) = connected.unwrap();
    tokio::spawn(connection);
    sender
}

async fn answer(
    request: Request<RequestBody<Incoming>>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    assert_eq!(request.uri().authority().unwrap(), "app.test:8443");
    assert!(!request.headers().contains_key("host"));
    Ok(Response::default())
}

fn with_token(method: Method) -> Builder {
    let token = ISSUER.token().mint();
    let request = Request::builder().method(method).uri(URI);
    let request = request.header("cookie", "a=b").header("cookie", "c=d");
    request.header("cookie", format!("__Host-token={token}"))
}

async fn status(sender: &mut SendRequest<Empty<Bytes>>, request: Builder) -> StatusCode {
    let request = request.body(Empty::new()).unwrap();
    sender.send_request(request).await.unwrap().status()
}

#[tokio::test]
async fn cookie_is_found_in_any_line() {
    let mut sender = connect().await;
    let sender = &mut sender;
    assert_eq!(
        status(sender, with_token(Method::GET)).await,
        StatusCode::OK
    );
    let twice = with_token(Method::GET).header("cookie", "__Host-token=x");
    assert_eq!(status(sender, twice).await, StatusCode::BAD_REQUEST);
    let nobody = Request::get(URI).header("cookie", "a=b");
    assert_eq!(status(sender, nobody).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn origin_is_compared_with_the_authority() {
    let mut sender = connect().await;
    let (name, value) = OWN;
    let own = with_token(Method::POST).header(name, value);
    assert_eq!(status(&mut sender, own).await, StatusCode::OK);
    for (name, value) in FOREIGN {
        let foreign = with_token(Method::POST).header(name, value);
        let status = status(&mut sender, foreign).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{value}");
    }
}

/// RFC 8441: a WebSocket over HTTP/2 begins with CONNECT, and without `Upgrade`.
#[tokio::test]
async fn websocket_of_another_origin_is_refused() {
    let mut sender = connect().await;
    // The server's settings have come with the first answer.
    assert_eq!(
        status(&mut sender, with_token(Method::GET)).await,
        StatusCode::OK
    );
    let websocket = || with_token(Method::CONNECT).extension(Protocol::from_static("websocket"));
    let (name, value) = OWN;
    let own = websocket().header(name, value);
    assert_eq!(status(&mut sender, own).await, StatusCode::OK);
    for (name, value) in FOREIGN {
        let foreign = websocket().header(name, value);
        let status = status(&mut sender, foreign).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{value}");
    }
}
