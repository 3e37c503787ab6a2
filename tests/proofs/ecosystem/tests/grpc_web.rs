//! The layer on either side of tonic-web, over HTTP/1.1 and HTTP/2: a client reads each refusal, and each good call
//! passes.

use std::{fmt::Debug, future, net::Ipv4Addr, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use sequence_auth::SequenceAuthLayer;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{
    Code,
    body::Body,
    service::{LayerExt, Routes},
    transport::{Error, Server, server::TcpIncoming},
};
use tonic_health::{
    pb::{
        health_check_response::ServingStatus, health_client::HealthClient,
        health_server::HealthServer,
    },
    server::{HealthReporter, HealthService, health_reporter},
};
use tonic_web::{GrpcWebCall, GrpcWebClientLayer, GrpcWebClientService, GrpcWebLayer};
use tower::ServiceExt;
use tower_layer::Layer;

use crate::{
    grpc::{NO_TOKEN, expect_claims, request},
    support::{ISSUER, PROJECT, auth, bearer},
};

/// Which of the two layers the client's request meets first.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outer {
    Auth,
    GrpcWeb,
}

#[derive(Clone, Copy, Debug)]
enum Version {
    Http1,
    Http2,
}

type Web = GrpcWebClientService<Client<HttpConnector, GrpcWebCall<Body>>>;

/// A server of the health service, which ends with this.
struct Site {
    origin: String,
    server: JoinHandle<Result<(), Error>>,
}

impl Site {
    async fn start(outer: Outer, auth: SequenceAuthLayer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let incoming = TcpIncoming::from(listener);
        let health = HealthService::from_health_reporter(HealthReporter::new());
        let health = HealthServer::with_interceptor(health, expect_claims);
        let builder = Server::builder().accept_http1(true);
        let web = GrpcWebLayer::new();
        let server = match outer {
            Outer::Auth => {
                let mut builder = builder.layer(auth).layer(web);
                tokio::spawn(builder.add_service(health).serve_with_incoming(incoming))
            }
            Outer::GrpcWeb => {
                let mut builder = builder.layer(web).layer(auth);
                tokio::spawn(builder.add_service(health).serve_with_incoming(incoming))
            }
        };
        Self { origin, server }
    }

    fn client(&self, version: Version) -> HealthClient<Web> {
        let service = GrpcWebClientLayer::new().layer(connector(version));
        HealthClient::with_origin(service, self.origin.parse().unwrap())
    }

    /// Makes a call in base64, which tonic's client cannot.
    async fn send_text(&self, version: Version, authorization: Option<&str>) -> Response<Incoming> {
        let request = text_request(&self.origin, authorization);
        connector(version).request(request).await.unwrap()
    }
}

fn text_request(origin: &str, authorization: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::post(format!("{origin}/grpc.health.v1.Health/Check"))
        .header("content-type", "application/grpc-web-text")
        .header("accept", "application/grpc-web-text");
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let empty_message = STANDARD.encode([0; 5]);
    request.body(empty_message.into()).unwrap()
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn connector<B>(version: Version) -> Client<HttpConnector, B>
where
    B: http_body::Body + Send,
    B::Data: Send,
{
    Client::builder(TokioExecutor::new())
        .http2_only(matches!(version, Version::Http2))
        .build_http()
}

/// Each way to place the layers and to connect.
const WAYS: [(Outer, Version); 4] = [
    (Outer::Auth, Version::Http1),
    (Outer::Auth, Version::Http2),
    (Outer::GrpcWeb, Version::Http1),
    (Outer::GrpcWeb, Version::Http2),
];

/// A call that is refused.
struct Refused {
    layer: SequenceAuthLayer,
    authorization: Option<String>,
    code: Code,
    message: &'static str,
}

/// A call for each class of refusals that it can meet.
fn refused() -> [Refused; 5] {
    let refused = |layer, authorization: Option<&str>, code, message| Refused {
        layer,
        authorization: authorization.map(str::to_owned),
        code,
        message,
    };
    let good = bearer();
    let expired = format!("Bearer {}", ISSUER.token().expired().mint());
    let expired_text = "the token has expired (exp)";
    let malformed_text = "the Authorization header holds no well-formed token";
    let forbidden_text = "the token is valid, but does not give access to this service";
    let down_text = "the keys to verify tokens are not available, try again later";
    [
        refused(auth(), None, Code::Unauthenticated, NO_TOKEN),
        refused(auth(), Some(&expired), Code::Unauthenticated, expired_text),
        refused(
            auth(),
            Some("Bearer"),
            Code::InvalidArgument,
            malformed_text,
        ),
        refused(
            closed(),
            Some(&good),
            Code::PermissionDenied,
            forbidden_text,
        ),
        refused(down(), Some(&good), Code::Unavailable, down_text),
    ]
}

fn closed() -> SequenceAuthLayer {
    auth().authorize(|_| false)
}

/// A layer whose keys never come, and which waits for none.
fn down() -> SequenceAuthLayer {
    SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(future::pending)
        .first_keys_timeout(Duration::ZERO)
        .build()
        .unwrap()
}

#[tokio::test]
async fn refusals_are_read_as_their_status() {
    for (outer, version) in WAYS {
        for refused in refused() {
            let site = Site::start(outer, refused.layer).await;
            let mut client = site.client(version);
            let unary = || request(refused.authorization.as_deref());
            let check = client.check(unary()).await.unwrap_err();
            let watch = match client.watch(unary()).await {
                Ok(stream) => stream.into_inner().message().await.unwrap_err(),
                Err(status) => status,
            };
            for status in [check, watch] {
                let read = (status.code(), status.message());
                assert_eq!(
                    read,
                    (refused.code, refused.message),
                    "{outer:?} {version:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn refusals_in_text_are_read_as_their_status() {
    for (outer, version) in WAYS {
        for refused in refused() {
            let site = Site::start(outer, refused.layer).await;
            let response = site
                .send_text(version, refused.authorization.as_deref())
                .await;
            let trailers = Trailers::of(response).await;
            assert_eq!(trailers.frames, 0);
            assert_eq!(trailers.status, (refused.code as i32).to_string());
            assert_eq!(trailers.message, refused.message, "{outer:?} {version:?}");
        }
    }
}

#[tokio::test]
async fn calls_with_a_token_pass() {
    for (outer, version) in WAYS {
        let site = Site::start(outer, auth()).await;
        let mut client = site.client(version);
        let checked = client.check(request(Some(&bearer()))).await.unwrap();
        assert_eq!(checked.into_inner().status(), ServingStatus::Serving);
        let mut watched = client.watch(request(Some(&bearer()))).await.unwrap();
        let first = watched.get_mut().message().await.unwrap().unwrap();
        assert_eq!(first.status(), ServingStatus::Serving);
    }
}

#[tokio::test]
async fn calls_in_text_with_a_token_pass() {
    for (outer, version) in WAYS {
        let site = Site::start(outer, auth()).await;
        let trailers = Trailers::of(site.send_text(version, Some(&bearer())).await).await;
        assert_eq!(trailers.frames, 1);
        assert_eq!(trailers.status, "0");
    }
}

/// Without CORS, a page of another origin reads the body, and of the headers the content type.
#[tokio::test]
async fn layer_around_tonic_web_puts_the_status_where_it_can_be_read() {
    for version in [Version::Http1, Version::Http2] {
        for (outer, is_in_headers) in [(Outer::Auth, false), (Outer::GrpcWeb, true)] {
            let response = Site::start(outer, auth())
                .await
                .send_text(version, None)
                .await;
            let headers = response.headers().clone();
            assert_eq!(headers.contains_key("grpc-status"), is_in_headers);
            let content_type = headers["content-type"].to_str().unwrap();
            assert!(content_type.starts_with("application/grpc-web-text"));
            let body = response.collect().await.unwrap().to_bytes();
            assert_eq!(body.is_empty(), is_in_headers);
        }
    }
}

/// Around tonic-web around a service, as around tonic-web around a server.
#[tokio::test]
async fn named_layers_keep_the_status_readable() {
    let (_, health) = health_reporter();
    let web = GrpcWebLayer::new().named_layer(health);
    let routes = Routes::new(auth().named_layer(web));
    let answer = async |authorization: Option<&str>| {
        let request = text_request("http://memory.test", authorization);
        routes.clone().oneshot(request).await.unwrap()
    };
    let refused = answer(None).await;
    assert!(!refused.headers().contains_key("grpc-status"));
    assert_eq!(Trailers::of(refused).await.status, "16");
    assert_eq!(Trailers::of(answer(Some(&bearer())).await).await.frames, 1);
}

/// The bytes of a base64 response.
struct Trailers {
    frames: usize,
    status: String,
    message: String,
}

impl Trailers {
    async fn of<B>(response: Response<B>) -> Self
    where
        B: http_body::Body<Error: Debug>,
    {
        assert_eq!(response.status(), StatusCode::OK);
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let (mut frames, mut trailers) = (0, HeaderMap::new());
        let decoded = decode(&body);
        let mut rest = &decoded[..];
        while let Some((&[flag, ref length @ ..], after)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes(*length) as usize;
            let (frame, after) = after.split_at(length);
            rest = after;
            match flag {
                0 => frames += 1,
                0x80 => trailers = parse(frame),
                other => panic!("a frame with the flag {other}"),
            }
        }
        assert!(rest.is_empty());
        // Trailers-Only: without a body, the trailers are in the headers.
        let found = if decoded.is_empty() {
            &head.headers
        } else {
            &trailers
        };
        let text = |name| found.get(name).map_or("", |value| value.to_str().unwrap());
        Self {
            frames,
            status: text("grpc-status").to_owned(),
            message: text("grpc-message").to_owned(),
        }
    }
}

/// Each piece may end with padding.
fn decode(body: &[u8]) -> Vec<u8> {
    let pieces = body.chunks(4).map(|piece| STANDARD.decode(piece).unwrap());
    pieces.flatten().collect()
}

fn parse(frame: &[u8]) -> HeaderMap {
    let lines = str::from_utf8(frame).unwrap().split_terminator("\r\n");
    let trailer = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        let name: HeaderName = name.parse().unwrap();
        (name, value.parse().unwrap())
    };
    lines.map(trailer).collect()
}
