//! The key document over HTTP, from a loopback endpoint that misbehaves on request.

use std::{sync::atomic::Ordering, time::Duration};

use sequence_auth::{FetchErrorKind as Kind, testing::LocalIssuer};
use test_support::{
    bearer,
    http_endpoint::{Endpoint, failure, ok, request_of, response},
    send,
};
use tokio::net::TcpListener;

fn coded(coding: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn the_document_of_a_healthy_endpoint_is_used() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    let token = issuer.token().mint();
    send(&layer, bearer(&token)).await.claims();
    assert_eq!(endpoint.connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_document_without_coding_may_say_so() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(coded("Identity", &issuer.jwks())).await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    layer.ready().await.unwrap();
}

#[tokio::test]
async fn the_request_says_what_it_is_after_and_who_asks() {
    let request = request_of(|builder| builder).await;
    for part in [
        "get /jwks.json http/1.1\r\n",
        "\r\naccept: application/json\r\n",
        "\r\naccept-encoding: identity\r\n",
        "\r\nuser-agent: sequence-auth/",
    ] {
        assert!(request.contains(part), "{request} has no {part}");
    }
}

#[tokio::test]
async fn every_way_to_fail_is_told_apart() {
    let issuer = LocalIssuer::new();
    let jwks = issuer.jwks();
    for (response, kind) in [
        (
            response("500 Internal Server Error", &jwks),
            Kind::Status(500),
        ),
        (response("404 Not Found", &jwks), Kind::Status(404)),
        (response("201 Created", &jwks), Kind::Status(201)),
        (ok("<html></html>"), Kind::Document),
        (ok("null"), Kind::Document),
        (ok("[]"), Kind::Document),
        (ok(r#"{"keys":[]}"#), Kind::Document),
        (ok(&jwks[..jwks.len() - 2]), Kind::Document),
        (ok(&" ".repeat(256 * 1024 + 1)), Kind::TooLarge),
        (ok(&" ".repeat(48 << 20)), Kind::TooLarge),
        (coded("gzip", &jwks), Kind::Document),
        (
            coded("identity\r\ncontent-encoding: br", &jwks),
            Kind::Document,
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n".into(),
            Kind::TooLarge,
        ),
        (
            format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{jwks}"),
            Kind::Transport,
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx".into(),
            Kind::Transport,
        ),
        ("garbage\r\n\r\n".into(), Kind::Transport),
        (String::new(), Kind::Transport),
    ] {
        let endpoint = Endpoint::answering(response.as_str()).await;
        let layer = endpoint.builder(&issuer).build().unwrap();
        let error = failure(&layer).await;
        assert_eq!(error.kind(), kind, "{response:.60} {error}");
    }
}

#[tokio::test]
async fn a_document_up_to_256_kib_is_read() {
    let issuer = LocalIssuer::new();
    let jwks = issuer.jwks();
    for bytes in [256 * 1024 - 1, 256 * 1024] {
        let document = jwks.clone() + &" ".repeat(bytes - jwks.len());
        let endpoint = Endpoint::answering(ok(&document)).await;
        let layer = endpoint.builder(&issuer).build().unwrap();
        layer.ready().await.unwrap();
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let issuer = LocalIssuer::new();
    let other = Endpoint::answering(ok(&issuer.jwks())).await;
    let location = &other.url;
    let endpoint = Endpoint::answering(format!(
        "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
    ))
    .await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    assert_eq!(failure(&layer).await.kind(), Kind::Status(302));
    assert_eq!(other.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_endpoint_that_hangs_or_drips_is_given_up() {
    let issuer = LocalIssuer::new();
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let drip = Duration::from_millis(20);
    let hour = Duration::from_secs(3600);
    for (head, repeated, pause) in [
        ("", b"x", hour),
        ("HTTP/1.1 200 OK\r\n", b"x", drip),
        (chunked, b"x", hour),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n",
            b"x",
            drip,
        ),
    ] {
        let endpoint = Endpoint::sending(head, repeated, pause).await;
        let layer = endpoint.builder(&issuer);
        let layer = layer.fetch_timeout(Duration::from_millis(200)).build();
        assert_eq!(failure(&layer.unwrap()).await.kind(), Kind::Timeout);
    }
}

#[tokio::test]
async fn an_endless_document_is_cut_off_at_its_limit() {
    let issuer = LocalIssuer::new();
    let piece: &'static [u8] = Box::leak(
        [&b"1000\r\n"[..], &[b' '; 4096], b"\r\n"]
            .concat()
            .into_boxed_slice(),
    );
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let endpoint = Endpoint::sending(head, piece, Duration::ZERO).await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    assert_eq!(failure(&layer).await.kind(), Kind::TooLarge);
}

#[tokio::test]
async fn a_connection_that_is_refused_and_a_host_that_is_no_tls_server_are_transport_failures() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let issuer = LocalIssuer::new();
    let plain = Endpoint::answering(ok(&issuer.jwks())).await;
    let tls_to_plain = plain.url.replace("http:", "https:");
    for url in [
        format!("http://{address}/"),
        format!("https://{address}/"),
        tls_to_plain,
    ] {
        let layer = plain.builder(&issuer).jwks_url(url).build().unwrap();
        assert_eq!(failure(&layer).await.kind(), Kind::Transport);
    }
}
