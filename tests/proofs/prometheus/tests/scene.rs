//! A Prometheus that has seen everything: an example server after some requests, and tokens that pass once.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    example_server::ExampleServer,
    one_time_app,
    prometheus::{Prometheus, until},
};

pub(crate) const EMAIL: &str = "ann@player.example";

pub(crate) struct Scene {
    pub(crate) prometheus: Prometheus,
    _server: ExampleServer,
}

impl Scene {
    pub(crate) async fn start() -> Self {
        let server = ExampleServer::start();
        send_requests(&server).await;
        let one_time_app = one_time_app::start().await.to_string();
        let targets = [("server", &*server.metrics), ("once", &*one_time_app)];
        let prometheus = Prometheus::scrape(&targets).await;
        until("both are up, and scraped twice", async || {
            let scraped = prometheus.query("count_over_time(up[1m]) > 1 and up == 1");
            scraped.await.len() == 2
        })
        .await;
        Self {
            prometheus,
            _server: server,
        }
    }
}

async fn send_requests(server: &ExampleServer) {
    let token = server.token(EMAIL).await;
    let bearer = format!("Bearer {token}");
    for _ in 0..3 {
        assert_eq!(server.me(Some(&bearer)).await, StatusCode::OK);
    }
    let body = json!({"sequenceToken": token}).to_string();
    assert_eq!(server.verify_wallet(body).await, StatusCode::OK);
    assert_eq!(server.me(None).await, StatusCode::UNAUTHORIZED);
    let changed = format!(
        "{}x.{}",
        &bearer[..bearer.len() - 44],
        &bearer[bearer.len() - 43..]
    );
    assert_eq!(server.me(Some(&changed)).await, StatusCode::UNAUTHORIZED);
    // A key that the server does not know yet: the request waits for it.
    server.rotate().await;
    let bearer = format!("Bearer {}", server.token(EMAIL).await);
    assert_eq!(server.me(Some(&bearer)).await, StatusCode::OK);
    server.rotate_during_outage().await;
    let bearer = format!("Bearer {}", server.token(EMAIL).await);
    let status = server.me(Some(&bearer)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}
