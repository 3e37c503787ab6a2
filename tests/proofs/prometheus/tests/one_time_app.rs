//! What the example server does not do: tokens that pass once, and a store that fails.

use std::net::SocketAddr;

use axum::{Router, routing::get};
use metrics_exporter_prometheus::PrometheusBuilder;
use sequence_auth::{AuthErrorKind as Kind, MemoryStore};
use test_support::{ISSUER, bearer, layer, send};
use tokio::net::TcpListener;

/// Uses tokens, and serves the metrics of that.
pub(crate) async fn start() -> SocketAddr {
    let builder = PrometheusBuilder::new().set_buckets(&[1e-4]).unwrap();
    let recorder = builder.build_recorder();
    {
        let _guard = metrics::set_default_local_recorder(&recorder);
        use_tokens().await;
    }
    let handle = recorder.handle();
    let app = Router::new().route("/metrics", get(async move || handle.render()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    address
}

async fn use_tokens() {
    let [once, full] =
        [MemoryStore::default(), MemoryStore::new(0)].map(|store| layer().once(store));
    // Not before the stores: they do not know what was used then.
    let token = ISSUER.token().mint();
    send(&once, bearer(&token)).await.claims();
    let answer = send(&once, bearer(&token)).await;
    answer.assert_refused(Kind::UsedToken);
    let answer = send(&full, bearer(&token)).await;
    answer.assert_refused(Kind::OneTimeStoreFull);
}
