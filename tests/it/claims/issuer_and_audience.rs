//! `iss` and `aud` have to name the issuer and the project.

use sequence_auth::AuthErrorKind as Kind;
use serde_json::json;

use super::{accepted, assert_refused};
use crate::support::{ISSUER, PROJECT};

fn audience(project: u64) -> String {
    format!("https://sequence.test/project/{project}")
}

#[tokio::test]
async fn issuer_is_compared_exactly() {
    for issuer in [
        json!("https://waas.sequence.test/"),
        json!("https://WAAS.sequence.test"),
        json!("https://waas.sequence.test.evil.example"),
        json!("https://waas.sequence.tes"),
        json!(" https://waas.sequence.test"),
        json!("https://waas.sequence.app"),
        json!(""),
        json!(["https://waas.sequence.test"]),
        json!(null),
        json!(1),
    ] {
        assert_refused(ISSUER.token().claim("iss", issuer), Kind::InvalidIssuer).await;
    }
    assert_refused(ISSUER.token().without_claim("iss"), Kind::InvalidIssuer).await;
}

#[tokio::test]
async fn audience_names_the_project() {
    let ours = audience(PROJECT);
    for value in [json!([ours]), json!(ours), json!(["other", ours])] {
        let claims = accepted(ISSUER.token().claim("aud", value)).await;
        assert_eq!(claims.project_number(), Some(PROJECT));
    }
    for value in [
        json!([]),
        json!(""),
        json!(audience(1)),
        json!(PROJECT),
        json!([PROJECT]),
        json!([ours, 7]),
        json!([ours, null]),
        json!([[ours]]),
        json!({ "a": ours }),
        json!(null),
        json!(format!("{ours}0")),
        json!(format!("{ours}/")),
        json!(audience(1363)),
        json!("https://sequence.test/project/013639"),
        json!("https://sequence.build/project/13639"),
        json!("13639"),
    ] {
        assert_refused(ISSUER.token().claim("aud", value), Kind::InvalidAudience).await;
    }
    assert_refused(ISSUER.token().without_claim("aud"), Kind::InvalidAudience).await;
}
