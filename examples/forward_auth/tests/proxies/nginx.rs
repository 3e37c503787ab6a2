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

#[test]
#[cfg_attr(not(nginx), ignore = "needs nginx")]
fn over_http_2_it_is_the_same() {
    let (site, address) = site_with_http_2();
    let request = |method: &str, path: &str| {
        let request = Request::builder().method(method);
        request
            .uri(format!("http://{address}{path}"))
            .header("x-wallet-address", "0xdead")
            .header("x_wallet_address", "0xdead")
    };
    assert_eq!(send(&address, request("GET", "/game")), 401);
    site.assert_nothing_passed();
    assert_eq!(send(&address, request("GET", "/public/")), 200);
    assert!(site.seen()[0].wallet().is_empty());
    // HTTP/2 splits cookies.
    let with_cookie = |request: Builder, origin: &str| {
        let request = request.header("cookie", "a=b").header("origin", origin);
        let cookie = format!("__Host-token={}", token());
        request.header("cookie", cookie).header("cookie", "c=d")
    };
    let own = format!("http://{address}");
    let request_of_own = with_cookie(request("POST", "/game"), &own);
    assert_eq!(send(&address, request_of_own), 200);
    let seen = site.seen();
    assert_eq!(seen[0].value("x-wallet-address"), WALLET);
    assert!(
        !seen[0].value("cookie").contains("__Host-token"),
        "{seen:?}"
    );
    let request_of_other = with_cookie(request("POST", "/game"), "https://attacker.test");
    assert_eq!(send(&address, request_of_other), 403);
    site.assert_nothing_passed();
}
