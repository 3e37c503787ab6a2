//! A stream that ends with the token of its caller, as the guide to gRPC shows it.

use std::{
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hyper_util::rt::TokioIo;
use sequence_auth::SequenceClaims;
use tokio::{
    io::{DuplexStream, duplex},
    sync::mpsc::{self, Sender},
    time::{Instant, sleep, timeout},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Code, Request, Response, Status, Streaming,
    transport::{Endpoint, Server},
};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse,
    health_client::HealthClient,
    health_server::{Health, HealthServer},
};
use tower::service_fn;

use crate::{
    grpc::request,
    support::{ISSUER, auth},
};

type Message = Result<HealthCheckResponse, Status>;

/// Sends so many messages, one each minute.
#[derive(Clone, Copy)]
struct Minutes(usize);

#[tonic::async_trait]
impl Health for Minutes {
    type WatchStream = ReceiverStream<Message>;

    async fn check(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(HealthCheckResponse::default()))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let claims: &SequenceClaims = request.extensions().get().expect("the layer");
        Ok(Response::new(self.until_expiry(claims)))
    }
}

impl Minutes {
    fn until_expiry(self, claims: &SequenceClaims) -> ReceiverStream<Message> {
        let left = claims.expires_at().duration_since(SystemTime::now());
        let (sender, messages) = mpsc::channel(16);
        tokio::spawn(async move {
            let sending = self.send_to(&sender);
            if timeout(left.unwrap_or_default(), sending).await.is_err() {
                let expired = Status::unauthenticated("the token has expired");
                // A client that has gone needs no status.
                let _ = sender.send(Err(expired)).await;
            }
        });
        ReceiverStream::new(messages)
    }

    async fn send_to(self, sender: &Sender<Message>) {
        for _ in 0..self.0 {
            if sender
                .send(Ok(HealthCheckResponse::default()))
                .await
                .is_err()
            {
                return;
            }
            sleep(Duration::from_secs(60)).await;
        }
    }
}

/// Opens a stream over memory with a token that is valid for this long. The clock of the tests only moves when all
/// tasks wait.
async fn watch(service: Minutes, seconds: i64) -> Result<Streaming<HealthCheckResponse>, Status> {
    let (client, server) = duplex(64 * 1024);
    let router = Server::builder()
        .layer(auth())
        .add_service(HealthServer::new(service));
    let incoming = tokio_stream::once(Ok::<_, io::Error>(server));
    tokio::spawn(router.serve_with_incoming(incoming));
    let mut client = HealthClient::new(connect(client).await);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let expiry = now.as_secs().checked_add_signed(seconds).unwrap();
    let token = ISSUER.token().claim("exp", expiry).mint();
    let response = client
        .watch(request(Some(&format!("Bearer {token}"))))
        .await?;
    Ok(response.into_inner())
}

async fn connect(stream: DuplexStream) -> tonic::transport::Channel {
    let mut stream = Some(stream);
    let connector = service_fn(move |_| {
        let stream = stream.take().expect("it connects once");
        async { Ok::<_, io::Error>(TokioIo::new(stream)) }
    });
    let endpoint = Endpoint::from_static("http://memory.test");
    endpoint.connect_with_connector(connector).await.unwrap()
}

/// Reads to the end.
async fn read(mut stream: Streaming<HealthCheckResponse>) -> (usize, Result<(), Status>) {
    let mut messages = 0;
    loop {
        match stream.message().await {
            Ok(Some(_)) => messages += 1,
            Ok(None) => return (messages, Ok(())),
            Err(status) => return (messages, Err(status)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn stream_ends_with_its_token() {
    let start = Instant::now();
    let stream = watch(Minutes(1_000), 300).await.unwrap();
    let (messages, end) = read(stream).await;
    let status = end.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(status.message(), "the token has expired");
    assert_eq!(messages, 5);
    let lasted = start.elapsed().as_secs();
    assert!((290..=300).contains(&lasted), "{lasted} s");
}

#[tokio::test(start_paused = true)]
async fn stream_that_is_over_before_ends_well() {
    let stream = watch(Minutes(3), 300).await.unwrap();
    let (messages, end) = read(stream).await;
    assert_eq!(messages, 3);
    assert!(end.is_ok());
}

/// The layer's leeway is for clocks that differ. What lasts is held to the expiry itself.
#[tokio::test(start_paused = true)]
async fn token_in_its_leeway_opens_no_stream_that_lasts() {
    let stream = watch(Minutes(1_000), -5).await.unwrap();
    let (messages, end) = read(stream).await;
    assert_eq!(end.unwrap_err().code(), Code::Unauthenticated);
    assert!(messages <= 1);
}
