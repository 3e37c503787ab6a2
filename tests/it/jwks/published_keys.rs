//! Sequence's published keys are usable.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, Environment, SequenceAuthLayer};
use serde_json::{Value, json};

use crate::support::{PROJECT, bearer, send};

const PRODUCTION: &str = include_str!("../../data/production-jwks.json");
const DEV: &str = include_str!("../../data/dev-jwks.json");

fn key_id(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap();
    document["keys"][0]["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn published_keys_load_and_refuse_forgeries() {
    for (environment, document) in [
        (Environment::Production, PRODUCTION),
        (Environment::Dev, DEV),
    ] {
        let layer = SequenceAuthLayer::builder(PROJECT)
            .environment(environment)
            .static_keys(document)
            .build()
            .unwrap();
        assert_eq!(layer.health().key_ids(), [key_id(document)]);
        let header = json!({"alg": "RS256", "kid": key_id(document), "typ": "JWT"});
        let forged = [
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode("{}"),
            URL_SAFE_NO_PAD.encode([7; 256]),
        ]
        .join(".");
        let answer = send(&layer, bearer(&forged)).await;
        answer.assert_refused(Kind::InvalidSignature);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}
