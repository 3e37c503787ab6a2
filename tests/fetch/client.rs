//! The client that fetches the keys: a client of the application, the time to connect, and the resolution of names.

use std::{
    net::Ipv6Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::dns::{Name, Resolve, Resolving};
use sequence_auth::{
    ClientBuilder, FetchError, FetchErrorKind as Kind, SequenceAuthLayer, SequenceAuthLayerBuilder,
    testing::LocalIssuer,
};
use test_support::{
    PROJECT,
    http_endpoint::{Endpoint, failure, ok},
};
use tokio::{net::TcpListener, time::sleep};
use tower_layer::Layer;

#[tokio::test]
async fn a_client_of_ones_own_cannot_loosen_what_we_insist_on() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    // A proxy that does not exist: loopback must not go through it.
    let proxy = reqwest::Proxy::all("http://127.0.0.1:9").unwrap();
    let client = ClientBuilder::new().proxy(proxy);
    let layer = endpoint
        .builder(&issuer)
        .http_client(client)
        .build()
        .unwrap();
    layer.ready().await.unwrap();

    let location = &endpoint.url;
    let redirecting = Endpoint::answering(format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
    ))
    .await;
    let client = ClientBuilder::new().redirect(reqwest::redirect::Policy::limited(5));
    let layer = redirecting
        .builder(&issuer)
        .http_client(client)
        .build()
        .unwrap();
    assert_eq!(failure(&layer).await.kind(), Kind::Status(307));
}

#[tokio::test]
async fn a_client_that_cannot_be_built_is_seen_in_health_and_does_not_panic() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let client = ClientBuilder::new().user_agent("bad\nagent");
    let layer = endpoint
        .builder(&issuer)
        .http_client(client)
        .build()
        .unwrap();
    assert_eq!(failure(&layer).await.kind(), Kind::Client);
    let health = layer.health();
    assert!(
        health.to_string().contains("user-agent") || health.to_string().contains("builder error"),
        "{health}"
    );
}

/// A layer for connectors that panics when the client is built.
#[derive(Clone)]
struct Panicking;

impl<S> Layer<S> for Panicking {
    type Service = S;

    fn layer(&self, _: S) -> S {
        panic!("the build panics")
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_build_panics_is_replaced_by_no_other() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let client = ClientBuilder::new().connector_layer(Panicking);
    let layer = endpoint.builder(&issuer).http_client(client);
    let layer = layer.build().unwrap();
    assert_eq!(failure(&layer).await.kind(), Kind::Panicked);
    for _ in 0..1000 {
        sleep(Duration::from_millis(10)).await;
        let health = layer.health();
        let kind = health.last_error().map(FetchError::kind);
        assert!(
            matches!(kind, Some(Kind::Panicked | Kind::Client)),
            "{health}"
        );
    }
    assert!(layer.health().failures() > 1);
    assert!(layer.health().to_string().contains("panicked"));
    assert_eq!(endpoint.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_function_that_makes_clients_is_asked_again_after_a_failure_or_a_panic() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let calls = AtomicUsize::new(0);
    let client = move || match calls.fetch_add(1, Ordering::Relaxed) {
        0 => ClientBuilder::new().user_agent("bad\nagent"),
        1 => panic!("no client"),
        2 => ClientBuilder::new().connector_layer(Panicking),
        _ => ClientBuilder::new(),
    };
    let layer = endpoint.builder(&issuer).http_client(client);
    let layer = layer
        .first_keys_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    assert_eq!(failure(&layer).await.kind(), Kind::Client);
    let is_ready = async { while layer.ready().await.is_err() {} };
    let is_ready = tokio::time::timeout(Duration::from_secs(60), is_ready);
    is_ready.await.unwrap();
    assert_eq!(endpoint.connections.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_fetcher_of_ones_own_is_held_to_the_same_limit() {
    const LIMIT: usize = 256 * 1024;
    let issuer = LocalIssuer::new();
    for (bytes, kind) in [(LIMIT, None), (LIMIT + 1, Some(Kind::TooLarge))] {
        let jwks = issuer.jwks();
        let document = Bytes::from(jwks.clone() + &" ".repeat(bytes - jwks.len()));
        let layer = SequenceAuthLayer::builder(PROJECT)
            .key_fetcher(move || std::future::ready(Ok(document.clone())))
            .build()
            .unwrap();
        let outcome = layer.ready().await;
        assert_eq!(outcome.is_ok(), kind.is_none());
        let health = layer.health();
        assert_eq!(health.last_error().map(FetchError::kind), kind);
    }
}

/// A name server that knows no names, and responds after some time.
struct Names {
    answers_after: Duration,
    asked: Arc<AtomicUsize>,
}

impl Names {
    fn answering_after(answers_after: Duration) -> Self {
        Self {
            answers_after,
            asked: Arc::default(),
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let time = self.answers_after;
        Box::pin(async move {
            sleep(time).await;
            Err("no such host".into())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_cannot_be_resolved_is_a_failure_and_one_that_hangs_is_given_up() {
    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }
    type Settings = fn(SequenceAuthLayerBuilder) -> SequenceAuthLayerBuilder;
    let cases: [(u64, Settings, Kind, u64); 6] = [
        (0, |builder| builder, Kind::Transport, 0),
        (3, |builder| builder, Kind::Timeout, 2),
        (
            3,
            |builder| builder.connect_timeout(seconds(4)),
            Kind::Transport,
            3,
        ),
        (
            9,
            |builder| builder.connect_timeout(seconds(4)),
            Kind::Timeout,
            4,
        ),
        (
            9,
            |builder| builder.connect_timeout(seconds(5)),
            Kind::Timeout,
            5,
        ),
        (
            9,
            |builder| builder.fetch_timeout(seconds(1)),
            Kind::Timeout,
            1,
        ),
    ];
    for (answers_after, settings, kind, limit) in cases {
        let names = Names::answering_after(seconds(answers_after));
        let client = ClientBuilder::new().dns_resolver(Arc::new(names));
        let builder = SequenceAuthLayer::builder(PROJECT)
            .issuer("https://issuer.invalid")
            .http_client(client);
        let layer = settings(builder).build().unwrap();
        let start = tokio::time::Instant::now();
        let _ = layer.health();
        while layer.health().failures() == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(layer.health().last_error().unwrap().kind(), kind);
        assert_eq!(start.elapsed().as_secs(), limit);
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_is_given_up_when_the_time_to_connect_is_over() {
    let issuer = LocalIssuer::new();
    let hour = Duration::from_secs(3600);
    let endpoint = Endpoint::sending("", b"x", hour).await;
    let layer = endpoint
        .builder(&issuer)
        .jwks_url(endpoint.url.replace("http:", "https:"))
        .fetch_timeout(Duration::from_secs(50))
        .connect_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let start = Instant::now();
    assert_eq!(failure(&layer).await.kind(), Kind::Timeout);
    assert!(start.elapsed() < Duration::from_secs(40));
    assert_ne!(endpoint.connections.load(Ordering::Relaxed), 0);
}

/// A client that any resolver or proxy would lead astray.
fn astray(host: &str, asked: &Arc<AtomicUsize>) -> ClientBuilder {
    let names = Names {
        answers_after: Duration::ZERO,
        asked: Arc::clone(asked),
    };
    let elsewhere = "127.0.0.2:9".parse().unwrap();
    ClientBuilder::new()
        .dns_resolver(Arc::new(names))
        .resolve(host, elsewhere)
}

#[tokio::test]
async fn localhost_and_the_names_below_it_are_loopback_and_nobody_is_asked() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let asked = Arc::default();
    for host in [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "keys.localhost",
        "a.b.LocalHost.",
    ] {
        let layer = endpoint
            .builder(&issuer)
            .jwks_url(endpoint.url_at(&format!("http://{host}")))
            .http_client(astray(host, &asked))
            .build()
            .unwrap();
        layer.ready().await.unwrap();
        let secure = endpoint
            .builder(&issuer)
            .jwks_url(endpoint.url_at(&format!("https://{host}")))
            .http_client(astray(host, &asked))
            .build()
            .unwrap();
        let connections = endpoint.connections.load(Ordering::Relaxed);
        assert_eq!(failure(&secure).await.kind(), Kind::Transport);
        assert!(endpoint.connections.load(Ordering::Relaxed) > connections);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn localhost_is_found_where_only_ipv6_listens() {
    // The machine may not have IPv6.
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
        return;
    };
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::on(listener, ok(&issuer.jwks()), b"", Duration::ZERO);
    let url = endpoint.url_at("http://localhost");
    let layer = endpoint.builder(&issuer).jwks_url(url).build().unwrap();
    layer.ready().await.unwrap();
}
