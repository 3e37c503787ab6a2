//! A gRPC-Web server for the tests in a browser: one service behind each layer at `/<placement>/<layer>`, for pages of
//! other origins, too.
//!
//! `grpc-site --listen 127.0.0.1:0` prints where it listens.

use std::{env, error::Error, future, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{HeaderName, Method},
    response::Html,
    routing::get,
};
use sequence_auth::{ConfigError, SequenceAuthLayer, testing::LocalIssuer};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic_health::server::health_reporter;
use tonic_web::GrpcWebLayer;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

const PROJECT: u64 = 13639;
const PAGE: Html<&str> = Html(r#"<!doctype html><meta charset="utf-8"><title>A page</title>"#);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(2).ok_or("say where: --listen <address>")?;
    let listener = TcpListener::bind(address).await?;
    println!("Server: http://{}", listener.local_addr()?);
    println!("Its keys: in this process");
    axum::serve(listener, app(LocalIssuer::new())?).await?;
    Ok(())
}

fn app(issuer: LocalIssuer) -> Result<Router, ConfigError> {
    let down = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(future::pending)
        .first_keys_timeout(Duration::ZERO)
        .build()?;
    let layers = [
        ("players", issuer.layer(PROJECT)),
        ("nobody", issuer.layer(PROJECT).authorize(|_| false)),
        ("down", down),
    ];
    let pages = Router::new()
        .route("/", get(PAGE))
        .route("/token", get(token))
        .with_state(Arc::new(issuer));
    let nest = |app: Router, (name, auth): (&str, SequenceAuthLayer)| {
        app.nest(&format!("/outside/{name}"), outside(auth.clone()))
            .nest(
                &format!("/exposed/{name}"),
                inside(auth.clone(), cors().expose_headers(STATUS)),
            )
            .nest(&format!("/hidden/{name}"), inside(auth, cors()))
    };
    Ok(layers.into_iter().fold(pages, nest))
}

/// What a page of another origin sees of a status in the headers, if CORS exposes it.
const STATUS: [HeaderName; 2] = [
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
];

/// CORS without exposed headers.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
}

fn outside(auth: SequenceAuthLayer) -> Router {
    health()
        .layer(GrpcWebLayer::new())
        .layer(auth)
        .layer(cors())
}

fn inside(auth: SequenceAuthLayer, cors: CorsLayer) -> Router {
    health().layer(auth).layer(GrpcWebLayer::new()).layer(cors)
}

fn health() -> Router {
    let (_, health) = health_reporter();
    Routes::new(health).into_axum_router()
}

async fn token(State(issuer): State<Arc<LocalIssuer>>) -> String {
    issuer.token().mint()
}
