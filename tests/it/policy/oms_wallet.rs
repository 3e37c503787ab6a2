//! Requirements also apply to tokens of OMS Wallet: projects and predicates.

use sequence_auth::{AuthErrorKind as Kind, ProjectId, SequenceAuthLayer};

use crate::{
    login::{assert_accepted, assert_refused},
    oms_wallet::{ISSUER, layer, token},
    recorder::Recorder,
    support::{self, bearer, send, with_field},
};

#[tokio::test]
async fn additional_project_is_accepted() {
    let second = token().project("prj_02").mint();
    assert_refused(&layer(), bearer(&second), Kind::InvalidAudience).await;
    let both = layer().also_project("prj_02");
    let answer = send(&both, bearer(&second)).await;
    assert_eq!(answer.claims().project_id(), "prj_02");
    assert_accepted(&both, bearer(&token().mint())).await;
    let third = token().project("prj_03").mint();
    assert_refused(&both, bearer(&third), Kind::InvalidAudience).await;
    let all = both.also_project("prj_03".to_owned());
    assert_accepted(&all, bearer(&third)).await;
}

/// Adds a project to a layer, and returns the single event about it.
#[track_caller]
fn warning_of(layer: SequenceAuthLayer, id: impl ProjectId) -> (SequenceAuthLayer, String) {
    let (recorder, _guard) = Recorder::start();
    let layer = layer.also_project(id);
    let mut told = recorder.take_told();
    assert_eq!(told.len(), 1, "{told:#?}");
    let event = told.remove(0);
    assert!(
        event.starts_with("WARN `also_project` has no effect"),
        "{event}"
    );
    (layer, event)
}

#[tokio::test]
async fn impossible_project_is_left_out_and_told() {
    for (id, reason) in [
        ("pk_secretkey", "it starts with `pk_`"),
        ("pk_", "it starts with `pk_`"),
        ("13639", "it is a number"),
        ("0", "it is a number"),
        ("", "it is blank"),
        (" \t", "it is blank"),
        ("prj_02 ", "it has white space"),
        ("prj\u{200b}_02", "invisible character"),
    ] {
        let (layer, event) = warning_of(layer(), id);
        assert!(event.contains("project_id: "), "{event}");
        assert!(event.contains(reason), "{event}");
        assert!(!event.contains("secretkey"), "{event}");
        let other = token().claim("aud", id).mint();
        assert_refused(&layer, bearer(&other), Kind::InvalidAudience).await;
        assert_accepted(&layer, bearer(&token().mint())).await;
    }
}

#[tokio::test]
async fn project_of_another_kind_is_left_out_and_told() {
    let (layer, event) = warning_of(layer(), 7);
    let reason = "the layer does not trust Embedded Wallet";
    assert!(event.contains(reason), "{event}");
    for audience in ["7", "https://sequence.build/project/7"] {
        let other = token().claim("aud", audience).mint();
        assert_refused(&layer, bearer(&other), Kind::InvalidAudience).await;
    }
    assert_accepted(&layer, bearer(&token().mint())).await;
}

#[tokio::test]
async fn embedded_wallet_leaves_out_what_is_not_its_own() {
    let (layer, event) = warning_of(support::layer(), "prj_02");
    let reason = "the layer does not trust OMS Wallet";
    assert!(event.contains(reason), "{event}");
    let audience = "https://sequence.test/project/prj_02";
    let other = support::ISSUER.token().claim("aud", audience).mint();
    assert_refused(&layer, bearer(&other), Kind::InvalidAudience).await;
    let (layer, event) = warning_of(layer, 0);
    assert!(event.contains("0 is not a project ID"), "{event}");
    let other = support::ISSUER.token().project(0).mint();
    assert_refused(&layer, bearer(&other), Kind::InvalidAudience).await;
    assert_accepted(&layer, bearer(&support::ISSUER.token().mint())).await;
}

#[tokio::test]
async fn possible_project_is_added_in_silence() {
    let (recorder, _guard) = Recorder::start();
    let _ = layer().also_project("prj_02");
    let _ = support::layer().also_project(7);
    assert_eq!(recorder.take_told(), [""; 0]);
}

#[tokio::test]
async fn predicates_hold() {
    let layer = layer()
        .authorize(|claims| claims.issuer() == ISSUER.url())
        .authorize(|claims| claims.wallet_id() != Some("wallet_02"))
        .authorize_async(|claims| async move { claims.wallet_id() != Some("wallet_03") });
    for id in ["wallet_02", "wallet_03"] {
        let token = token().claim("sub", id).mint();
        assert_refused(&layer, bearer(&token), Kind::NotAuthorized).await;
        assert_refused(&layer, with_field(&token), Kind::NotAuthorized).await;
    }
    assert_accepted(&layer, bearer(&token().mint())).await;
    assert_accepted(&layer, with_field(&token().mint())).await;
}
