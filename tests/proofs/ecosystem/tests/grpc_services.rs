//! Services of one tonic server: one is guarded, and the others are open.

use std::net::Ipv4Addr;

use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{
    Code, IntoStreamingRequest, Status,
    body::Body,
    service::{LayerExt, Routes},
    transport::{Channel, Error, Server, server::TcpIncoming},
};
use tonic_health::{
    pb::{
        HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
        health_server::HealthServer,
    },
    server::{HealthReporter, HealthService},
};
use tonic_reflection::{
    pb::{
        v1::{self, server_reflection_client::ServerReflectionClient as OpenClient},
        v1alpha::{self, server_reflection_client::ServerReflectionClient as GuardedClient},
    },
    server::Builder,
};

use tower::ServiceExt;

use crate::{
    grpc::NO_TOKEN,
    support::{auth, bearer},
};

/// Health and reflection are open. The older version of reflection plays the service of an application.
fn services() -> Routes {
    let health = HealthService::from_health_reporter(HealthReporter::new());
    let reflection = Builder::configure().build_v1().unwrap();
    let guarded = Builder::configure().build_v1alpha().unwrap();
    Routes::new(HealthServer::new(health))
        .add_service(reflection)
        .add_service(auth().named_layer(guarded))
}

struct Connection {
    channel: Channel,
    server: JoinHandle<Result<(), Error>>,
}

impl Connection {
    async fn to(routes: Routes) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = Server::builder().add_routes(routes);
        let server = tokio::spawn(router.serve_with_incoming(TcpIncoming::from(listener)));
        let endpoint = Channel::from_shared(origin).unwrap();
        let channel = endpoint.connect().await.unwrap();
        Self { channel, server }
    }

    async fn check_health(&self) -> Result<ServingStatus, Status> {
        let mut client = HealthClient::new(self.channel.clone());
        let response = client.check(HealthCheckRequest::default()).await?;
        Ok(response.into_inner().status())
    }

    async fn list_services(&self) -> Result<v1::ServerReflectionResponse, Status> {
        let message = v1::server_reflection_request::MessageRequest::ListServices(String::new());
        let request = v1::ServerReflectionRequest {
            message_request: Some(message),
            ..Default::default()
        };
        let mut client = OpenClient::new(self.channel.clone());
        let messages = tokio_stream::once(request);
        let response = client.server_reflection_info(messages).await?;
        Ok(response.into_inner().message().await?.expect("an answer"))
    }

    async fn call_guarded(
        &self,
        authorization: Option<&str>,
    ) -> Result<v1alpha::ServerReflectionResponse, Status> {
        let message =
            v1alpha::server_reflection_request::MessageRequest::ListServices(String::new());
        let message = v1alpha::ServerReflectionRequest {
            message_request: Some(message),
            ..Default::default()
        };
        let mut request = tokio_stream::once(message).into_streaming_request();
        if let Some(value) = authorization {
            let value = value.parse().unwrap();
            request.metadata_mut().insert("authorization", value);
        }
        let mut client = GuardedClient::new(self.channel.clone());
        let response = client.server_reflection_info(request).await?;
        Ok(response.into_inner().message().await?.expect("an answer"))
    }

    /// Calls a method without a token, and returns its status.
    async fn status_of(&self, path: &str) -> Code {
        let request = http::Request::post(path).header("content-type", "application/grpc");
        let request = request.body(Body::empty()).unwrap();
        let response = self.channel.clone().oneshot(request).await.unwrap();
        Code::from_bytes(response.headers()["grpc-status"].as_bytes())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[tokio::test]
async fn health_and_reflection_are_open_beside_a_guarded_service() {
    let connection = Connection::to(services()).await;
    let health = connection.check_health().await;
    assert_eq!(health.unwrap(), ServingStatus::Serving);
    assert!(connection.list_services().await.is_ok());

    let refused = connection.call_guarded(None).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    assert_eq!(refused.message(), NO_TOKEN);
    assert!(connection.call_guarded(Some(&bearer())).await.is_ok());
}

const METHODS: [&str; 3] = [
    "/grpc.health.v1.Health/Nothing",
    "/grpc.reflection.v1alpha.ServerReflection/Nothing",
    "/acme.Nothing/Nothing",
];

#[tokio::test]
async fn named_layer_guards_all_of_its_service_and_nothing_else() {
    let connection = Connection::to(services()).await;
    let [open, guarded, unknown] = METHODS;
    assert_eq!(connection.status_of(open).await, Code::Unimplemented);
    assert_eq!(connection.status_of(guarded).await, Code::Unauthenticated);
    assert_eq!(connection.status_of(unknown).await, Code::Unimplemented);
}

#[tokio::test]
async fn layer_around_all_routes_guards_each_service_and_what_is_none() {
    let around = Routes::from(services().into_axum_router().layer(auth()));
    let connection = Connection::to(around).await;
    let refused = connection.check_health().await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    for method in METHODS {
        assert_eq!(connection.status_of(method).await, Code::Unauthenticated);
    }
}
