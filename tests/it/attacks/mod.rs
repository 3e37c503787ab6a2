//! Attacks: at least one test for each class of vulnerability.
//!
//! `README.md` lists the classes and their tests. A test's comment names its class, and a public case or the clause of
//! a standard, if there is one.

mod algorithm;
mod arbitrary_input;
mod bodies;
mod classes;
mod cross_site;
mod disconnects;
mod embedded_keys;
mod encoding;
mod hostile_claims;
mod issuer_confusion;
mod jose_header;
mod json_features;
mod key_set;
mod limits;
mod log_injection;
mod other_issuers;
mod planted_identity;
mod raw_http;
mod secrets;
mod serialization;
mod signature;
mod signing_key;
mod token_places;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use serde_json::json;

use crate::support::{ISSUER, bearer, json as with_body, payload_of, send};

/// Checks a token in every place: in a body, in a header if its characters are allowed there, and without a request.
async fn assert_refused(layer: &SequenceAuthLayer, token: &str, kind: Kind) {
    let mut requests = vec![with_body(json!({ "sequenceToken": token }).to_string())];
    let is_fit_for_a_header = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if !token.is_empty() && token.bytes().all(is_fit_for_a_header) {
        requests.push(bearer(token));
    }
    for request in requests {
        let answer = send(layer, request).await;
        assert_eq!(answer.kind(), Some(kind), "{token:.200}");
        answer.assert_refused(kind);
    }
    let refused = layer.verifier().verify(token).await;
    assert_eq!(refused.unwrap_err().kind(), kind, "{token:.200}");
}

/// Asserts that a token is accepted. Tokens that differ from it are then refused because of the difference.
async fn assert_accepted(layer: &SequenceAuthLayer, token: &str) {
    send(layer, bearer(token)).await.claims();
}

/// Good claims as JSON.
fn payload() -> String {
    payload_of(&ISSUER.token().mint())
}

/// Good claims as JSON, without this one.
fn without_claim(name: &str) -> String {
    payload_of(&ISSUER.token().without_claim(name).mint())
}
