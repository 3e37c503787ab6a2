//! Limits of `tower_governor` on a login route, over sockets of several addresses.

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

    /// Sends good tokens amid a flood until a response is 429, and returns that token with its response. The limit
    /// accepts another request ten times a second, which may be this one.
    async fn token_that_is_over_the_limit(&self) -> (String, String) {
        for wallet in 1..=100 {
            let token = self.token(&format!("0x{wallet:040x}"));
            self.flood_to_the_limit(&with_other_signature(&token)).await;
            let answer = self.sign_in(ONE_ADDRESS, &token).await;
            if is_over_the_limit(&answer) {
                return (token, answer);
            }
        }
        panic!("no good token is answered with 429");
    }

    async fn flood_to_the_limit(&self, forged: &str) {
        for _ in 0..1000 {
            let answer = self.sign_in(ONE_ADDRESS, forged).await;
            if is_over_the_limit(&answer) {
                return;
            }
            assert_status(&answer, 401);
        }
        panic!("the flood is not limited");
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

fn is_over_the_limit(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 429 ")
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
    let (token, refused) = server.token_that_is_over_the_limit().await;
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
