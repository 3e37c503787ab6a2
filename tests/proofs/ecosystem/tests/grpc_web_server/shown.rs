//! A server of gRPC-Web, as the guide shows it.

#![allow(unreachable_pub, reason = "it is for the crate of a reader")]

use http::{HeaderName, HeaderValue, Method};
use sequence_auth::SequenceAuthLayer;
use tokio::net::TcpListener;
use tonic::{
    service::{LayerExt, Routes},
    transport::{Error, Server, server::TcpIncoming},
};
use tonic_health::server::health_reporter;
use tonic_web::GrpcWebLayer;
use tower_http::cors::CorsLayer;

use super::Wallets; // the service of the application

/// The origin of the game's pages.
const GAME: &str = "https://game.example";

/// Serves wallets to players, also in browsers, and health checks to everybody.
pub async fn serve(
    listener: TcpListener,
    auth: SequenceAuthLayer,
    wallets: Wallets,
) -> Result<(), Error> {
    let (_, health) = health_reporter();
    let wallets = auth.named_layer(GrpcWebLayer::new().named_layer(wallets));
    Server::builder()
        .accept_http1(true)
        .layer(cors())
        .add_routes(Routes::new(health).add_service(wallets)) // health is open
        .serve_with_incoming(TcpIncoming::from(listener))
        .await
}

fn cors() -> CorsLayer {
    let asked = [
        "authorization",
        "content-type",
        "grpc-timeout",
        "x-grpc-web",
        "x-user-agent",
    ];
    CorsLayer::new()
        .allow_origin([HeaderValue::from_static(GAME)])
        .allow_methods([Method::POST])
        .allow_headers(asked.map(HeaderName::from_static))
        .expose_headers(["grpc-status", "grpc-message"].map(HeaderName::from_static))
}
