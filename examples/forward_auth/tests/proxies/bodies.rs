//! Bodies, and several requests on one connection.

use test_support::ISSUER;

use super::{
    behind_each_proxy,
    client::{exchange, send_ambiguous},
    site::{Site, WALLET, bearer, token},
};

behind_each_proxy! {
    a_body_reaches_the_backend_byte_for_byte
    a_chunked_body_reaches_the_backend_byte_for_byte
    a_token_in_the_body_is_none
    calls_of_grpc_without_a_token_do_not_pass
    each_request_of_a_connection_is_judged_by_itself
    ambiguous_lengths_smuggle_nothing
}

/// Every byte, and a text that looks like the end of the body.
fn body() -> Vec<u8> {
    let bytes = (0..=u8::MAX).cycle().take(100_000);
    let end = b"\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
    bytes.chain(end.iter().copied()).collect()
}

fn a_body_reaches_the_backend_byte_for_byte(site: &Site) {
    let body = body();
    let head = format!("POST /game\n{}\nContent-Length: {}", bearer(), body.len());
    assert_eq!(site.send(&head, &body).status, 200);
    let seen = site.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].value("x-wallet-address"), WALLET);
    assert!(seen[0].body == body);
}

fn a_chunked_body_reaches_the_backend_byte_for_byte(site: &Site) {
    let body = body();
    let mut chunked = Vec::new();
    for chunk in body.chunks(7_777) {
        chunked.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    for (path, wallet) in [("/game", WALLET), ("/public/", "")] {
        let head = format!("PUT {path}\n{}\nTransfer-Encoding: chunked", bearer());
        assert_eq!(site.send(&head, &chunked).status, 200);
        let seen = site.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].value("x-wallet-address"), wallet);
        assert!(seen[0].body == body);
    }
}

fn a_token_in_the_body_is_none(site: &Site) {
    for field in ["sequenceToken", "idToken"] {
        let body = format!(r#"{{"{field}":"{}"}}"#, token());
        let head = format!(
            "POST /game\nContent-Type: application/json\nContent-Length: {}",
            body.len()
        );
        assert_eq!(site.send(&head, body.as_bytes()).status, 401);
        site.assert_nothing_passed();
        let head = format!("{head}\n{}", bearer());
        assert_eq!(site.send(&head, body.as_bytes()).status, 200);
        assert_eq!(site.seen()[0].body, body.as_bytes());
    }
}

fn calls_of_grpc_without_a_token_do_not_pass(site: &Site) {
    for content_type in ["application/grpc", "application/grpc-web+proto"] {
        let head = format!("POST /game\nContent-Type: {content_type}\nContent-Length: 0");
        site.refused(401, &head);
        site.refused(401, &format!("{head}\n{}x", bearer()));
    }
}

/// Of three, the first and the last have a token.
fn each_request_of_a_connection_is_judged_by_itself(site: &Site) {
    let host = site.host();
    let guest = ISSUER.token().without_claim("email").mint();
    let request =
        |path: &str, headers: &str| format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n");
    let requests = [
        request("/first", &format!("{}\r\n", bearer())),
        request("/second", "X-Wallet-Address: 0xdead\r\n"),
        request("/public/third", ""),
        request(
            "/fourth",
            &format!("Authorization: Bearer {guest}\r\nconnection: close\r\n"),
        ),
    ];
    let answers = exchange(host, requests.concat().as_bytes());
    let answers = String::from_utf8_lossy(&answers);
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 3, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 401").count(), 1, "{answers}");
    let seen = site.seen();
    assert_eq!(seen.len(), 3, "{seen:?}");
    for (seen, (path, wallets)) in seen.iter().zip([("first", 4), ("third", 0), ("fourth", 3)]) {
        assert!(seen.line.contains(path), "{seen:?}");
        assert_eq!(seen.wallet().len(), wallets, "{seen:?}");
    }
}

/// Headers with two lengths of a body: that of all bytes, and 5.
fn ambiguous_lengths(length: usize) -> [String; 7] {
    [
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"),
        format!("Transfer-Encoding: xchunked\r\nContent-Length: {length}"),
        format!("Content-Length: 5\r\nContent-Length: {length}"),
        format!("Transfer_Encoding: chunked\r\nContent-Length: {length}"),
        format!("Transfer-Encoding : chunked\r\nContent-Length: {length}"),
        format!("Content_Length: 5\r\nContent-Length: {length}"),
    ]
}

/// A request that a client hides in a body is not a request, with any claimed length (RFC 9112 §11.2).
fn ambiguous_lengths_smuggle_nothing(site: &Site) {
    let host = site.host();
    let hidden = format!(
        "GET /public/smuggled HTTP/1.1\r\nhost: {host}\r\nX-Wallet-Address: 0xdead\r\n\r\n"
    );
    for lengths in ambiguous_lengths(hidden.len() + 5) {
        for (path, header) in [("/public/", "Accept: */*"), ("/game", &bearer())] {
            let head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\n{header}\r\n{lengths}");
            let request = format!("{head}\r\n\r\n0\r\n\r\n{hidden}");
            send_ambiguous(host, request.as_bytes());
            // The proxy may have treated it as the next request, which the client did not send.
            for seen in site.seen() {
                let told = seen.values("x-wallet-address");
                assert!(!told.contains(&"0xdead"), "{lengths}: {seen:?}");
            }
        }
    }
}
