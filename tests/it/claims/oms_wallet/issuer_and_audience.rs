//! `iss` has to be the issuer, and `aud` the bare id of the project.

use sequence_auth::AuthErrorKind as Kind;
use serde_json::{Value, json};

use crate::{
    oms_wallet::{ISSUER, PROJECT, accepted, assert_refused, token},
    support::{bearer, send},
};

#[tokio::test]
async fn issuer_is_compared_exactly() {
    let issuer = ISSUER.url();
    for other in [
        json!(format!("{issuer}/")),
        json!(issuer.to_uppercase()),
        json!(format!("{issuer}.evil.example")),
        json!(issuer[..issuer.len() - 1]),
        json!(format!(" {issuer}")),
        json!("https://waas.sequence.test"),
        json!("https://waas.sequence.app"),
        json!(PROJECT),
        json!(""),
        json!([issuer]),
        json!({ "iss": issuer }),
        json!(null),
        json!(1),
    ] {
        assert_refused(token().claim("iss", other), Kind::InvalidIssuer).await;
    }
    assert_refused(token().without_claim("iss"), Kind::InvalidIssuer).await;
}

#[tokio::test]
async fn issuer_with_slash_is_not_that_without() {
    let at = |url| sequence_auth::testing::LocalIssuer::oms_wallet_at(url);
    let with_slash = at("https://oms.example/");
    let layer = with_slash.layer(PROJECT);
    let good = with_slash.token();
    assert_eq!(
        send(&layer, bearer(&good.mint())).await.claims().issuer(),
        "https://oms.example/"
    );
    let other = good.claim("iss", "https://oms.example").mint();
    send(&layer, bearer(&other))
        .await
        .assert_refused(Kind::InvalidIssuer);
}

#[tokio::test]
async fn audience_is_the_bare_project_id() {
    for value in [
        json!(PROJECT),
        json!([PROJECT]),
        json!(["other", PROJECT, "https://app.example"]),
        json!([PROJECT, PROJECT]),
        json!(["", PROJECT]),
    ] {
        let claims = accepted(token().claim("aud", value)).await;
        assert_eq!(claims.project_id(), PROJECT);
        assert_eq!(claims.project_number(), None);
    }
    for value in other_audiences() {
        assert_refused(token().claim("aud", value), Kind::InvalidAudience).await;
    }
    assert_refused(token().without_claim("aud"), Kind::InvalidAudience).await;
}

fn other_audiences() -> Vec<Value> {
    vec![
        json!([]),
        json!(""),
        json!([""]),
        json!("prj_02"),
        json!(["prj_02", "prj_03"]),
        json!(PROJECT.to_uppercase()),
        json!(format!("{PROJECT}x")),
        json!(PROJECT[..PROJECT.len() - 1]),
        json!(format!("{PROJECT} ")),
        json!(format!("{PROJECT}/")),
        // In the form of Embedded Wallet's audience.
        json!(format!("https://sequence.build/project/{PROJECT}")),
        json!(["https://sequence.build/project/13639"]),
        json!(format!("{}/{PROJECT}", ISSUER.url())),
        json!(13639),
        json!([13639]),
        json!(null),
        json!(true),
        json!({ "aud": PROJECT }),
        json!([[PROJECT]]),
        json!([PROJECT, 7]),
        json!([null, PROJECT]),
    ]
}

#[tokio::test]
async fn accepted_project_is_the_one_of_the_claims() {
    let both = crate::oms_wallet::layer().also_project("prj_02");
    for (audience, project) in [
        (json!(PROJECT), PROJECT),
        (json!("prj_02"), "prj_02"),
        (json!(["prj_03", "prj_02"]), "prj_02"),
    ] {
        let answer = send(&both, bearer(&token().claim("aud", audience).mint())).await;
        assert_eq!(answer.claims().project_id(), project);
    }
    let third = token().claim("aud", "prj_03").mint();
    send(&both, bearer(&third))
        .await
        .assert_refused(Kind::InvalidAudience);
}
