//! The gRPC-Web server of the guide behaves as the guide says.

mod shown;

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::Ipv4Addr,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    Request, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_TYPE, ORIGIN,
    },
    request::Builder,
};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use sequence_auth::SequenceClaims;
use test_support::guide::assert_guide_shows;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{body::Body, server::NamedService, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower::Service;

use crate::support::{auth, bearer};

const GAME: &str = "https://game.example";

/// Responds with the status 0, and reports whether there are claims.
#[derive(Clone)]
struct Wallets;

impl NamedService for Wallets {
    const NAME: &'static str = "acme.Wallets";
}

impl<B> Service<Request<B>> for Wallets {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let has_claims = request.extensions().get::<SequenceClaims>().is_some();
        let response = Response::builder()
            .header(CONTENT_TYPE, "application/grpc")
            .header("grpc-status", "0")
            .header("x-has-claims", has_claims.to_string());
        ready(Ok(response.body(Body::empty()).unwrap()))
    }
}

/// A server, which ends with this.
struct Site {
    origin: String,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Site {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(shown::serve(listener, auth(), Wallets));
        Self { origin, server }
    }

    fn request(&self, method: &str) -> Builder {
        let request = Request::builder().method(method).header(ORIGIN, GAME);
        request.uri(format!("{}/acme.Wallets/Get", self.origin))
    }

    async fn send(request: Builder) -> Response<Incoming> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let body = Full::new(Bytes::from_static(&[0; 5]));
        client.request(request.body(body).unwrap()).await.unwrap()
    }

    async fn call(&self, authorization: Option<&str>) -> Response<Incoming> {
        let request = self.request("POST");
        let mut request = request.header(CONTENT_TYPE, "application/grpc-web");
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        Self::send(request).await
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[test]
fn the_guide_shows_it() {
    let code = include_str!("grpc_web_server/shown.rs");
    assert_guide_shows("grpc.rs", code);
}

#[tokio::test]
async fn preflight_is_answered_without_a_token() {
    let asked = "authorization,content-type,grpc-timeout,x-grpc-web,x-user-agent";
    let site = Site::start().await;
    let preflight = site
        .request("OPTIONS")
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, asked);
    let allowed = Site::send(preflight).await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
    assert_eq!(allowed.headers()[ACCESS_CONTROL_ALLOW_HEADERS], asked);
}

#[tokio::test]
async fn refusal_is_in_the_body_that_a_page_of_the_game_may_read() {
    let refused = Site::start().await.call(None).await;
    assert_eq!(refused.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
    assert!(!refused.headers().contains_key("grpc-status"));
    let body = refused.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("grpc-status:16"), "{text}");
}

#[tokio::test]
async fn call_with_a_token_reaches_the_service() {
    let answer = Site::start().await.call(Some(&bearer())).await;
    assert_eq!(answer.headers()["x-has-claims"], "true");
}

#[tokio::test]
async fn health_is_open() {
    let site = Site::start().await;
    let endpoint = Channel::from_shared(site.origin.clone()).unwrap();
    let mut health = HealthClient::new(endpoint.connect().await.unwrap());
    assert!(health.check(HealthCheckRequest::default()).await.is_ok());
}
