//! Class 10: a key in a token is not used, and an address in a token is not fetched.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
    sync::atomic::Ordering,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};
use serde_json::{Value, json};

use super::{assert_accepted, assert_refused};
use crate::{
    http_endpoint::{Endpoint, ok},
    support::{ISSUER, layer},
};

/// A server of the attacker that waits for a server-side request.
struct Listener(TcpListener);

impl Listener {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// Counts the connections since the last call. They wait here because the test does not accept them.
    fn connections(&self) -> usize {
        let mut connections = 0;
        loop {
            match self.0.accept() {
                Ok(_) => connections += 1,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return connections,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Every header member that holds or locates a key, with the attacker's own values.
fn embedded(attacker: &LocalIssuer, address: SocketAddr) -> Vec<(&'static str, Value)> {
    let jwks: Value = serde_json::from_str(&attacker.jwks()).unwrap();
    let jwk = &jwks["keys"][0];
    let certificate = STANDARD.encode(jwk.to_string());
    vec![
        ("jku", json!(format!("http://{address}/jwks.json"))),
        (
            "jku",
            json!(format!("http://{address}@waas.sequence.test/")),
        ),
        ("jku", json!([format!("http://{address}/")])),
        ("x5u", json!(format!("http://{address}/certificate"))),
        ("jwk", jwk.clone()),
        ("jwk", json!(jwk.to_string())),
        ("jwk", json!({"kty": "RSA", "n": 1})),
        ("jwk", jwks),
        ("x5c", json!([certificate])),
        ("x5c", json!(7)),
        ("x5t", json!(null)),
        ("x5t#S256", json!("AAAA")),
    ]
}

/// Class 10: the sender chooses a key in the token. CVE-2018-0114 (node-jose). An address in the token makes the server
/// send requests for its sender (RFC 8725 §3.10).
#[tokio::test]
async fn embedded_key_is_neither_used_nor_fetched() {
    let (issuer, attacker) = (LocalIssuer::new(), LocalIssuer::new());
    let listener = Listener::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    for (name, value) in embedded(&attacker, listener.address()) {
        let token = attacker.token().header(name, value);
        let of_known_key = token.clone().header("kid", issuer.key_id()).mint();
        assert_refused(&layer, &of_known_key, Kind::InvalidSignature).await;
        assert_refused(&layer, &token.mint(), Kind::UnknownKey).await;
        let of_no_key = token.without_header("kid").mint();
        assert_refused(&layer, &of_no_key, Kind::MissingKeyId).await;
    }
    // After this returns, no background work is left.
    layer.shutdown().await;
    assert_eq!(listener.connections(), 0);
    assert!(endpoint.connections.load(Ordering::Relaxed) > 0);
}

/// Class 10: an ignored member cannot cause a refusal either. A good signature by a known key decides.
#[tokio::test]
async fn embedded_key_beside_good_signature_is_ignored() {
    let listener = Listener::new();
    for (name, value) in embedded(&LocalIssuer::new(), listener.address()) {
        let token = ISSUER.token().header(name, value).mint();
        assert_accepted(&layer(), &token).await;
    }
    assert_eq!(listener.connections(), 0);
}

/// Class 10: `iss` does not decide where the layer fetches keys.
#[tokio::test]
async fn issuer_named_by_token_is_not_contacted() {
    let listener = Listener::new();
    let evil = format!("http://{}", listener.address());
    let attacker = LocalIssuer::at(&evil, "https://sequence.test/project/");
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    assert_refused(&layer, &attacker.token().mint(), Kind::UnknownKey).await;
    let of_known_key = attacker.token().header("kid", issuer.key_id()).mint();
    assert_refused(&layer, &of_known_key, Kind::InvalidSignature).await;
    let signed = issuer.token().claim("iss", &evil).mint();
    assert_refused(&layer, &signed, Kind::InvalidIssuer).await;
    layer.shutdown().await;
    assert_eq!(listener.connections(), 0);
}
