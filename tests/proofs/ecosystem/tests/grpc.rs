//! The layer around a tonic server, over a real connection.

use std::net::Ipv4Addr;

use sequence_auth::{FetchError, SequenceAuthLayer, SequenceClaims};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{
    Code, Request, Status,
    transport::{Channel, Error, Server, server::TcpIncoming},
};
use tonic_health::{
    pb::{
        HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
        health_server::HealthServer,
    },
    server::{HealthReporter, HealthService},
};

use crate::support::{ISSUER, PROJECT, auth, bearer};

/// A server of the health service behind a layer, and a client of it.
struct Connection {
    client: HealthClient<Channel>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), Error>>,
}

impl Connection {
    async fn through(layer: SequenceAuthLayer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let health = HealthService::from_health_reporter(HealthReporter::new());
        let router = Server::builder()
            .layer(layer)
            .add_service(HealthServer::with_interceptor(health, expect_claims));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let incoming = TcpIncoming::from(listener);
            let stopped = async { stopped.await.unwrap_or_default() };
            router.serve_with_incoming_shutdown(incoming, stopped).await
        });
        let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
        Self {
            client: HealthClient::new(endpoint.connect().await.unwrap()),
            stop,
            server,
        }
    }

    async fn check(&mut self, authorization: Option<&str>) -> Result<ServingStatus, Status> {
        let response = self.client.check(request(authorization)).await?;
        Ok(response.into_inner().status())
    }

    /// Returns the first message of the stream.
    async fn watch(&mut self, authorization: Option<&str>) -> Result<ServingStatus, Status> {
        let response = self.client.watch(request(authorization)).await?;
        let message = response.into_inner().message().await?;
        Ok(message.expect("a first message").status())
    }

    async fn close(self) {
        drop(self.client);
        self.stop.send(()).unwrap();
        self.server.await.unwrap().unwrap();
    }
}

/// Claims have to reach tonic's own extensions, in which handlers find them.
pub(crate) fn expect_claims(request: Request<()>) -> Result<Request<()>, Status> {
    let claims: Option<&SequenceClaims> = request.extensions().get();
    match claims.and_then(SequenceClaims::email) {
        Some("player@example.com") => Ok(request),
        _ => Err(Status::internal("no claims")),
    }
}

pub(crate) fn request(authorization: Option<&str>) -> Request<HealthCheckRequest> {
    let mut request = Request::new(HealthCheckRequest::default());
    if let Some(value) = authorization {
        let value = value.parse().unwrap();
        request.metadata_mut().insert("authorization", value);
    }
    request
}

#[track_caller]
fn assert_refused(result: Result<ServingStatus, Status>, code: Code, message: &str) {
    let status = result.unwrap_err();
    assert_eq!((status.code(), status.message()), (code, message));
}

pub(crate) const NO_TOKEN: &str =
    "no ID token was sent, neither as a bearer token nor in the JSON field sequenceToken";

#[tokio::test]
async fn a_unary_call_with_a_token_passes() {
    let mut connection = Connection::through(auth()).await;
    let status = connection.check(Some(&bearer())).await;
    assert_eq!(status.unwrap(), ServingStatus::Serving);
    connection.close().await;
}

#[tokio::test]
async fn a_unary_call_without_a_token_is_unauthenticated() {
    let mut connection = Connection::through(auth()).await;
    let refused = connection.check(None).await;
    assert_refused(refused, Code::Unauthenticated, NO_TOKEN);
    connection.close().await;
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_usable() {
    let mut connection = Connection::through(auth()).await;
    for _ in 0..3 {
        assert!(connection.check(None).await.is_err());
        assert!(connection.check(Some(&bearer())).await.is_ok());
    }
    connection.close().await;
}

#[tokio::test]
async fn an_expired_token_is_unauthenticated() {
    let mut connection = Connection::through(auth()).await;
    let expired = format!("Bearer {}", ISSUER.token().expired().mint());
    let refused = connection.check(Some(&expired)).await;
    assert_refused(
        refused,
        Code::Unauthenticated,
        "the token has expired (exp)",
    );
    connection.close().await;
}

#[tokio::test]
async fn malformed_credentials_are_an_invalid_argument() {
    let mut connection = Connection::through(auth()).await;
    let refused = connection.check(Some("Bearer")).await;
    let message = "the Authorization header holds no well-formed token";
    assert_refused(refused, Code::InvalidArgument, message);
    connection.close().await;
}

#[tokio::test]
async fn without_keys_the_service_is_unavailable() {
    let layer = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(|| async { Err(FetchError::new("the issuer is down")) })
        .build()
        .unwrap();
    let mut connection = Connection::through(layer).await;
    let refused = connection.check(Some(&bearer())).await;
    let message = "the keys to verify tokens are not available, try again later";
    assert_refused(refused, Code::Unavailable, message);
    connection.close().await;
}

#[tokio::test]
async fn a_streaming_call_with_a_token_yields_its_messages() {
    let mut connection = Connection::through(auth()).await;
    let status = connection.watch(Some(&bearer())).await;
    assert_eq!(status.unwrap(), ServingStatus::Serving);
    connection.close().await;
}

#[tokio::test]
async fn a_streaming_call_without_a_token_is_unauthenticated() {
    let mut connection = Connection::through(auth()).await;
    let refused = connection.watch(None).await;
    assert_refused(refused, Code::Unauthenticated, NO_TOKEN);
    connection.close().await;
}
