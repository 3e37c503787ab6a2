//! What a server has to do with the layer in it, over a socket.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use sequence_auth::{SequenceAuthLayer, SequenceClaims};
use test_support::{ISSUER, layer, with_payload};
use tokio::{
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

/// A server whose handler, below `/players/{id}`, answers with [`Calls::answer`].
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) calls: &'static Calls,
}

/// Counts how often a handler is called.
pub(crate) struct Calls(AtomicUsize);

impl Calls {
    /// One for each test, for as long as the process lives.
    pub(crate) fn new() -> &'static Self {
        Box::leak(Box::new(Self(AtomicUsize::new(0))))
    }

    /// What a handler answers: whose request it is, the parameter of its path, and its body.
    pub(crate) fn answer(&self, claims: &SequenceClaims, id: &str, body: &[u8]) -> String {
        self.0.fetch_add(1, Ordering::Relaxed);
        let email = claims.email().unwrap_or("nobody");
        format!("{email} {id} {}", String::from_utf8_lossy(body))
    }

    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Sends a request as it is written, and returns all that is answered.
pub(crate) async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

impl Served {
    async fn get(&self, headers: &str) -> String {
        let request =
            format!("GET /players/7 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
        exchange(self.address, &request).await
    }

    /// Has a predicate of [`panicking`] panic, and returns what a good token is answered afterwards.
    pub(crate) async fn after_a_panic(&self) -> String {
        let culprit = ISSUER.token().email(CULPRIT).mint();
        let answer = self
            .get(&format!("authorization: Bearer {culprit}\r\n"))
            .await;
        assert!(!answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let token = ISSUER.token().mint();
        self.get(&format!("authorization: Bearer {token}\r\n"))
            .await
    }

    /// Requests another protocol, in which the server speaks first.
    pub(crate) async fn assert_upgrades_go_through(&self) {
        let token = ISSUER.token().mint();
        let request = format!(
            "GET /upgrade HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: greeting\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        let answer = exchange(self.address, &request).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\nwelcome"), "{answer}");
    }

    async fn post_json(&self, body: &str) -> String {
        let (first, second) = body.split_at(body.len() / 2);
        let request = format!(
            "POST /players/7 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
            first.len(),
            second.len(),
        );
        exchange(self.address, &request).await
    }

    pub(crate) async fn assert_claims_arrive(&self) {
        let token = ISSUER.token().mint();
        let answer = self
            .get(&format!("authorization: Bearer {token}\r\n"))
            .await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("player@example.com 7 "), "{answer}");
        assert_eq!(self.calls.take(), 1);
    }

    pub(crate) async fn assert_body_stays_whole(&self) {
        let token = ISSUER.token().mint();
        let body = format!(r#"{{ "name" : "Ann",  "sequenceToken":"{token}" }}"#);
        let answer = self.post_json(&body).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(
            answer.contains(&format!("player@example.com 7 {body}")),
            "{answer}"
        );
        assert_eq!(self.calls.take(), 1);
    }

    pub(crate) async fn assert_refusals_come_through(&self) {
        let missing = self.get("").await;
        assert!(
            missing.starts_with("HTTP/1.1 401 Unauthorized"),
            "{missing}"
        );
        assert_answer(&missing, r#"Bearer realm="sequence""#, "missing_token");
        let forged = with_payload("{}");
        let refused = self
            .get(&format!("authorization: Bearer {forged}\r\n"))
            .await;
        assert!(
            refused.starts_with("HTTP/1.1 401 Unauthorized"),
            "{refused}"
        );
        assert_answer(
            &refused,
            r#"Bearer realm="sequence", error="invalid_token""#,
            "invalid_token",
        );
        let malformed = self.get("authorization: Bearer\r\n").await;
        assert!(malformed.starts_with("HTTP/1.1 400 "), "{malformed}");
        let large = self.post_json(&"x".repeat(70_000)).await;
        assert!(large.starts_with("HTTP/1.1 413 "), "{large}");
        assert_eq!(self.calls.take(), 0);
    }
}

const CULPRIT: &str = "culprit@example.com";

/// A layer with a predicate that panics for one player.
pub(crate) fn panicking() -> SequenceAuthLayer {
    layer().authorize(|claims| {
        assert_ne!(
            claims.email(),
            Some(CULPRIT),
            "a mistake of the application's"
        );
        true
    })
}

/// Speaks the requested protocol.
pub(crate) async fn welcome(mut upgraded: impl AsyncWrite + Unpin) {
    upgraded.write_all(b"welcome").await.unwrap();
    upgraded.shutdown().await.unwrap();
}

/// Checks that the layer's own answer arrives: the challenge, no storing, and a whole JSON document. salvo's adapter
/// and poem send it in chunks.
#[track_caller]
fn assert_answer(answer: &str, challenge: &str, code: &str) {
    let (head, document) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("www-authenticate: {challenge}")),
        "{answer}"
    );
    assert!(head.contains("content-type: application/json"), "{answer}");
    assert!(head.contains("cache-control: no-store"), "{answer}");
    let start = format!(r#"{{"error":"{code}","error_description":""#);
    let (_, document) = document.split_once(&start).expect(answer);
    assert!(document.contains(r#""}"#), "{answer}");
}

/// Makes the three proofs for a server.
macro_rules! assert_guards {
    ($served:expr) => {
        #[tokio::test]
        async fn claims_arrive() {
            $served.await.assert_claims_arrive().await;
        }

        #[tokio::test]
        async fn a_body_with_a_token_stays_whole() {
            $served.await.assert_body_stays_whole().await;
        }

        #[tokio::test]
        async fn refusals_come_through_and_call_no_handler() {
            $served.await.assert_refusals_come_through().await;
        }
    };
}
pub(crate) use assert_guards;
