//! Classes 24 and 25: odd bytes, methods and upgrades over a real connection do not bypass the layer.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::{body::Incoming, upgrade};
use hyper_util::rt::TokioIo;
use sequence_auth::{AuthErrorKind as Kind, RequestBody, SequenceClaims};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::service_fn;

use crate::{
    middleware::hyper::{exchange, serve},
    support::{ISSUER, layer, send, with_authorization},
};

/// A request with this exact `Authorization` header.
async fn with_line(line: &[u8]) -> String {
    let head = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    exchange([&head[..], line, b"\r\n\r\n"].concat()).await
}

#[track_caller]
fn assert_status(answer: &str, status: u16, line: &[u8]) {
    let line = String::from_utf8_lossy(line);
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{line}: {answer}"
    );
    assert!(!answer.contains("player@example.com"), "{line}: {answer}");
}

/// Class 24: bytes that the `http` crate refuses to build. CVE-2019-9900 (Envoy) let a NUL pass.
#[tokio::test]
async fn invalid_bytes_in_header_are_refused() {
    let token = ISSUER.token().mint();
    let passed = with_line(format!("authorization: Bearer {token}").as_bytes()).await;
    assert!(passed.ends_with("player@example.com 0 false"), "{passed}");
    let (begin, end) = token.as_bytes().split_at(100);
    for bytes in [
        &b"\0"[..],
        b"\x01",
        b"\x7f",
        b"\r",
        b"\n",
        b"\r\n ",
        b"\r\n\t",
        b"\t",
        b" ",
        b"\xff",
        b"\xc3\xa9",
        b"\xc2\xa0",
        b"\xe2\x80\x8b",
        b"\xef\xbb\xbf",
        b",",
        b";",
        b"\"",
        b"%2e",
    ] {
        for line in [
            [b"authorization: Bearer ", begin, bytes, end].concat(),
            [
                &b"authorization: Bearer "[..],
                token.as_bytes(),
                bytes,
                b"x",
            ]
            .concat(),
            [
                &b"authorization: Bearer "[..],
                bytes,
                b"x",
                token.as_bytes(),
            ]
            .concat(),
        ] {
            // White space before the token is not part of it, but an `x` is.
            let leads = line.starts_with(b"authorization: Bearer  ");
            let status = if leads { 401 } else { 400 };
            assert_status(&with_line(&line).await, status, &line);
        }
    }
}

/// Class 24: a folded header (RFC 9112 §5.2), and almost correct names.
#[tokio::test]
async fn folded_or_misspelled_header_is_refused() {
    let token = ISSUER.token().mint();
    for (line, status) in [
        (format!("authorization: Bearer\r\n {token}"), 400),
        (format!("authorization:\r\n Bearer {token}"), 400),
        (format!("authorization : Bearer {token}"), 400),
        (format!(" authorization: Bearer {token}"), 400),
        (format!("authorization\0: Bearer {token}"), 400),
        (format!("authorizatıon: Bearer {token}"), 400),
        (format!("authorization Bearer {token}"), 400),
        (format!("authorization_: Bearer {token}"), 401),
        (format!("proxy-authorization: Bearer {token}"), 401),
        (format!("x-authorization: Bearer {token}"), 401),
        (
            format!("authorization: Bearer {token}\r\nAUTHORIZATION: Bearer {token}"),
            400,
        ),
    ] {
        let answer = with_line(line.as_bytes()).await;
        assert_status(&answer, status, line.as_bytes());
    }
}

/// Class 24: CVE-2019-14993 (Istio) matched such headers with a regular expression.
#[tokio::test]
async fn huge_authorization_header_is_refused() {
    for (bytes, status) in [(64 * 1024, 401), (1024 * 1024, 431)] {
        let line = [b"authorization: Bearer ", &vec![b'x'; bytes][..]].concat();
        assert_status(&with_line(&line).await, status, b"long");
    }
    for (value, kind) in [
        ("Bearer ".repeat(10_000), Kind::TokenTooLarge),
        ("Bearer, ".repeat(10_000), Kind::MalformedAuthorization),
        (
            format!("Bearer{}x", " ".repeat(64 * 1024)),
            Kind::TokenTooLarge,
        ),
    ] {
        send(&layer(), with_authorization(&value))
            .await
            .assert_refused(kind);
    }
}

/// Class 25: a harmless method is not let through. GitHub's sign-in treated HEAD as a GET that it need not check (Teddy
/// Katz, 2019). More tests are in `source`.
#[tokio::test]
async fn no_method_passes_without_token() {
    let token = ISSUER.token().mint();
    for target in [
        "GET /",
        "HEAD /",
        "OPTIONS /",
        "OPTIONS *",
        "TRACE /",
        "CONNECT x:443",
        "PROPFIND /",
        "BREW /",
    ] {
        let head = format!("{target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
        let refused = exchange(format!("{head}x-secret: echo\r\n\r\n")).await;
        assert_status(&refused, 401, target.as_bytes());
        assert!(!refused.contains("echo"), "{refused}");
        let has_body = refused.contains("missing_token");
        assert_eq!(has_body, !target.starts_with("HEAD"), "{refused}");
        let passed = exchange(format!("{head}authorization: Bearer {token}\r\n\r\n")).await;
        assert!(passed.starts_with("HTTP/1.1 200 "), "{target}: {passed}");
    }
    // The method is fixed, and no header changes it.
    let overridden = exchange(
        "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-http-method-override: OPTIONS\r\n\r\n",
    );
    assert_status(&overridden.await, 401, b"override");
}

/// Echoes on the upgraded connection.
async fn echo_upgraded(
    mut request: Request<RequestBody<Incoming>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert!(request.extensions().get::<SequenceClaims>().is_some());
    let upgraded = upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        let mut bytes = [0; 4];
        stream.read_exact(&mut bytes).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
    });
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    for (name, value) in [("connection", "upgrade"), ("upgrade", "websocket")] {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(response)
}

/// Class 25: an upgrade only gets its connection after the token was accepted. CVE-2025-64763 (Envoy).
#[tokio::test]
async fn upgrade_without_token_is_refused() {
    let head = "GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n";
    let (mut client, _server) = serve(service_fn(echo_upgraded)).await;
    client
        .write_all(format!("{head}\r\nping").as_bytes())
        .await
        .unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_status(&answer, 401, b"upgrade");
    assert!(!answer.contains("ping"), "{answer}");

    let (mut client, _server) = serve(service_fn(echo_upgraded)).await;
    let token = ISSUER.token().mint();
    let request = format!("{head}authorization: Bearer {token}\r\n\r\nping");
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nping"), "{answer}");
}
