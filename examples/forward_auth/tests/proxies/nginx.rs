//! What concerns nginx alone.

use std::{cell::Cell, path::Path};

use http_body_util::Empty;
use hyper::{Request, body::Bytes, client::conn::http2, http::request::Builder};
use hyper_util::rt::{TokioExecutor, TokioIo};
use sequence_auth::EmailPolicy;
use test_support::layer;
use tokio::{net::TcpStream, runtime::Runtime};

use super::{
    client::{exchange, parse},
    process::{Addresses, PROXY, Process, Proxy, free_address, run_nginx, shown},
    site::{Site, WALLET, bearer, token},
};

fn site(servers: &str) -> Site {
    site_by(|addresses, directory| run_nginx(servers, addresses, directory))
}

fn site_by(run: impl Fn(Addresses, &Path) -> Process) -> Site {
    let layer = layer().email_policy(EmailPolicy::Optional);
    Site::start_by(Proxy::Nginx, Some(layer), run)
}

/// Starts nginx with one more address, for HTTP/2 without TLS.
fn site_with_http_2() -> (Site, String) {
    let address = Cell::new(None);
    let site = site_by(|addresses, directory| {
        let other = free_address();
        address.set(Some(other));
        let listen = format!("listen {PROXY};\n    listen {other} http2;");
        let servers = shown("nginx.conf").replace(&format!("listen {PROXY};"), &listen);
        run_nginx(&servers, addresses, directory)
    });
    (site, address.get().unwrap().to_string())
}

/// The default server of an address decides for all servers there which names of headers are dropped.
#[test]
#[cfg_attr(not(nginx), ignore = "needs nginx")]
fn a_default_server_that_lets_all_names_in_forges_nobody() {
    let default = format!(
        "server {{ listen {PROXY} default_server; server_name other.test; \
         underscores_in_headers on; ignore_invalid_headers off; return 404; }}\n"
    );
    let shown = shown("nginx.conf").replace("listen", "server_name 127.0.0.1;\n    listen");
    let site = site(&(default + &shown));
    let forgery = "X_Wallet_Address: 0xdead\nX-Wallet_Address: 0xdead\nX.Wallet.Address: 0xdead";
    let seen = site.passed(&format!("GET /game\n{}\n{forgery}", bearer()));
    let seen = seen.unwrap();
    assert_eq!(seen.value("x-wallet-address"), WALLET);
    assert_eq!(seen.wallet().len(), 4, "{seen:?}");
    let seen = site.passed(&format!("GET /public/\n{forgery}")).unwrap();
    assert!(seen.wallet().is_empty(), "{seen:?}");
}

/// HTTP/1.0 knows requests without a host. What the client forges is not taken for it.
#[test]
#[cfg_attr(not(nginx), ignore = "needs nginx")]
fn a_request_without_a_host_does_not_pass() {
    let site = site(&shown("nginx.conf"));
    let head = "GET /game HTTP/1.0\r\nX-Forwarded-Host: game.example\r\n";
    let answer = exchange(
        site.host(),
        format!("{head}{}\r\n\r\n", bearer()).as_bytes(),
    );
    assert_eq!(parse(&answer).status, 503);
    site.assert_nothing_passed();
}

/// Sends a request over HTTP/2, and returns its status.
fn send(address: &str, request: Builder) -> u16 {
    let exchange = async {
        let io = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (mut client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
        tokio::spawn(connection);
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        client.send_request(request).await.unwrap().status()
    };
    Runtime::new().unwrap().block_on(exchange).as_u16()
}

fn forged(method: &str, address: &str, path: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"))
        .header("x-wallet-address", "0xdead")
        .header("x_wallet_address", "0xdead")
}

#[test]
#[cfg_attr(not(nginx), ignore = "needs nginx")]
fn over_http_2_nobody_is_somebody() {
    let (site, address) = site_with_http_2();
    assert_eq!(send(&address, forged("GET", &address, "/game")), 401);
    site.assert_nothing_passed();
    assert_eq!(send(&address, forged("GET", &address, "/public/")), 200);
    assert!(site.seen()[0].wallet().is_empty());
}

/// HTTP/2 splits cookies.
#[test]
#[cfg_attr(not(nginx), ignore = "needs nginx")]
fn over_http_2_a_cookie_counts_for_pages_of_its_own_site() {
    let (site, address) = site_with_http_2();
    let cookie = format!("__Host-token={}", token());
    let post = |origin: &str| {
        let request = forged("POST", &address, "/game").header("origin", origin);
        let request = request.header("cookie", "a=b").header("cookie", &cookie);
        send(&address, request.header("cookie", "c=d"))
    };
    assert_eq!(post(&format!("http://{address}")), 200);
    let seen = site.seen();
    assert_eq!(seen[0].value("x-wallet-address"), WALLET);
    let cookies = seen[0].value("cookie");
    assert!(!cookies.contains("__Host-token"), "{seen:?}");
    assert_eq!(post("https://attacker.test"), 403);
    site.assert_nothing_passed();
}
