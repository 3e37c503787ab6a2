//! Limits of `tower_governor` on a route that signs in, over sockets of several addresses.

use std::net::SocketAddr;

use axum::routing::post;
use frameworks::rate_limits::login;
use sequence_auth::{NonceKey, Nonces};
use test_support::{ISSUER, layer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket},
};

const ONE_ADDRESS: &str = "127.0.0.1:0";
const ANOTHER_ADDRESS: &str = "127.0.0.2:0";
const ONE_WALLET: &str = "0x0000000000000000000000000000000000000001";
const ANOTHER_WALLET: &str = "0x0000000000000000000000000000000000000002";

struct Server {
    address: SocketAddr,
    nonces: Nonces,
}

impl Server {
    async fn start() -> Self {
        let nonces = Nonces::new(NonceKey::random());
        let app = login(layer(), nonces.clone(), post("signed in"));
        let listener = TcpListener::bind(ONE_ADDRESS).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { address, nonces }
    }

    /// Returns a token for a nonce of its own.
    fn token(&self, wallet: &str) -> String {
        let token = ISSUER.token().wallet(wallet);
        token.nonce(&self.nonces.issue()).mint()
    }

    async fn sign_in(&self, from: &str, token: &str) -> String {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(from.parse().unwrap()).unwrap();
        let mut client = socket.connect(self.address).await.unwrap();
        let request = format!(
            "POST /login HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

fn with_other_signature(token: &str) -> String {
    format!("{}AAAA", &token[..token.len() - 4])
}

#[track_caller]
fn assert_status(answer: &str, status: u16) {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
}

#[tokio::test]
async fn a_limit_by_address_ends_a_flood_and_leaves_nonces_unused() {
    let server = Server::start().await;
    let token = server.token(ONE_WALLET);
    let forged = with_other_signature(&token);
    for _ in 0..20 {
        assert_status(&server.sign_in(ONE_ADDRESS, &forged).await, 401);
    }
    let refused = server.sign_in(ONE_ADDRESS, &token).await;
    assert_status(&refused, 429);
    assert!(refused.contains("retry-after: "), "{refused}");
    assert_status(&server.sign_in(ANOTHER_ADDRESS, &token).await, 200);
    let again = server.sign_in(ANOTHER_ADDRESS, &token).await;
    assert_status(&again, 401);
    assert!(again.contains("used before"), "{again}");
}

#[tokio::test]
async fn a_limit_by_wallet_counts_verified_requests_of_one_wallet() {
    let server = Server::start().await;
    for _ in 0..5 {
        let forged = with_other_signature(&server.token(ONE_WALLET));
        assert_status(&server.sign_in(ANOTHER_ADDRESS, &forged).await, 401);
    }
    for _ in 0..5 {
        let token = server.token(ONE_WALLET);
        assert_status(&server.sign_in(ONE_ADDRESS, &token).await, 200);
    }
    let token = server.token(ONE_WALLET);
    for from in [ONE_ADDRESS, ANOTHER_ADDRESS] {
        assert_status(&server.sign_in(from, &token).await, 429);
    }
    let token = server.token(ANOTHER_WALLET);
    assert_status(&server.sign_in(ONE_ADDRESS, &token).await, 200);
}
