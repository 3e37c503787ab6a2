//! `also_project` accepts the tokens of another project.

use sequence_auth::AuthErrorKind as Kind;

use crate::support::{ISSUER, PROJECT, bearer, layer, send};

#[tokio::test]
async fn additional_project_is_accepted() {
    let token = ISSUER.token().project(7).mint();
    send(&layer(), bearer(&token))
        .await
        .assert_refused(Kind::InvalidAudience);
    let both = layer().also_project(7);
    let answer = send(&both, bearer(&token)).await;
    assert_eq!(answer.claims().project_id(), "7");
    let answer = send(&both, bearer(&ISSUER.token().mint())).await;
    assert_eq!(answer.claims().project_number(), Some(PROJECT));
    send(&both, bearer(&ISSUER.token().project(77).mint()))
        .await
        .assert_refused(Kind::InvalidAudience);
}
