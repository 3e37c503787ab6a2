//! Hostile JSON, with the same verdicts for any features of serde_json in the dependency tree.
//!
//! `tests/it` and `tests/proofs/features/json` are two such trees.

mod cases;

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sequence_auth::{
    AuthError, AuthErrorKind as Kind, ConfigKey, RequestBody, SequenceAuthLayer, SequenceClaims,
    testing::LocalIssuer,
};
use serde::Deserialize;
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

use crate::{PROJECT, payload_of};
use cases::{BODIES, CLAIMS, CONFIG_KEYS, HEADERS, KEYS};

fn with_claim(issuer: &LocalIssuer, name: &str, value: &str) -> String {
    let claims = payload_of(&issuer.token().without_claim(name).mint());
    let header = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, issuer.key_id());
    issuer.sign(header, format!("{{\"{name}\":{value},{}", &claims[1..]))
}

async fn judge(layer: &SequenceAuthLayer, token: &str) -> Option<Kind> {
    let verified = layer.verifier().verify(token).await;
    verified.err().map(|error| error.kind())
}

async fn judge_body(layer: &SequenceAuthLayer, body: String) -> Option<Kind> {
    let handler = service_fn(async |request: Request<RequestBody<Full<Bytes>>>| {
        assert!(request.extensions().get::<SequenceClaims>().is_some());
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let request = Request::post("/")
        .header("content-type", "application/json")
        .body(body.into())
        .expect("a request");
    let response = layer.layer(handler).oneshot(request).await;
    let response = response.expect("the handler cannot fail");
    response.extensions().get().map(AuthError::kind)
}

/// Runs every case, asserts the verdicts, and returns the number of cases.
pub async fn assert_answers() -> usize {
    let issuer = LocalIssuer::new();
    // The cases have times of many years.
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    let layer = issuer.builder(PROJECT).max_token_lifetime(century);
    let layer = layer.build().expect("a lifetime in range");
    for (name, value, expected) in CLAIMS {
        let token = with_claim(&issuer, name, value);
        assert_eq!(judge(&layer, &token).await, *expected, "{name}: {value}");
    }
    let claims = payload_of(&issuer.token().mint());
    for (members, expected) in HEADERS {
        let header = format!(r#"{{"alg":"RS256","kid":"{}",{members}}}"#, issuer.key_id());
        let token = issuer.sign(header, &claims);
        assert_eq!(judge(&layer, &token).await, *expected, "{members}");
    }
    let token = issuer.token().mint();
    for (body, expected) in BODIES {
        let kind = judge_body(&layer, body.replace('@', &token)).await;
        assert_eq!(kind, *expected, "{body}");
    }
    assert_keys(&issuer);
    assert_config_keys();
    assert_values(&issuer, &layer).await;
    CLAIMS.len() + HEADERS.len() + BODIES.len() + KEYS.len() + CONFIG_KEYS.len() + 1
}

fn assert_keys(issuer: &LocalIssuer) {
    for (members, is_used) in KEYS {
        let jwks = issuer
            .jwks()
            .replace("\"kty\"", &format!("{members},\"kty\""));
        let layer = SequenceAuthLayer::builder(PROJECT).static_keys(jwks);
        assert_eq!(layer.build().is_ok(), *is_used, "{members}");
    }
}

fn assert_config_keys() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    for (project_id, expected) in CONFIG_KEYS {
        let json =
            format!(r#"{{"projectId":{project_id},"rpcServer":"https://waas.sequence.app"}}"#);
        let key: Result<ConfigKey, _> = STANDARD.encode(json).parse();
        assert_eq!(
            key.ok().map(ConfigKey::project_id),
            *expected,
            "{project_id}"
        );
    }
}

/// What is accepted has the same value, too.
async fn assert_values(issuer: &LocalIssuer, layer: &SequenceAuthLayer) {
    #[derive(Deserialize)]
    struct Custom {
        level: u64,
        share: f64,
    }
    let token = with_claim(issuer, "exp", r#"1.90000000075e9,"level":7,"share":0.5"#);
    let claims = layer.verifier().verify(&token).await.expect("a good token");
    let expected = SystemTime::UNIX_EPOCH + Duration::from_millis(1_900_000_000_750);
    assert_eq!(claims.expires_at(), expected);
    let custom: Custom = claims.custom().expect("the claims are there");
    assert_eq!(custom.level, 7);
    assert!((custom.share - 0.5).abs() < f64::EPSILON);
    let text = serde_json::to_string(&claims).expect("claims are JSON");
    assert!(text.starts_with(r#"{"wallet":"0x52908400098527886E0F7030069857D2E4169EE7","#));
    assert!(text.contains(r#""expires_at":1900000000,"#), "{text}");
}
