//! `or` joins two layers with distinct issuers, and leaves the original layers unchanged.

use sequence_auth::{
    AuthErrorKind as Kind, ConfigError, EmailPolicy, SequenceAuthLayer,
    testing::{LocalIssuer, TokenBuilder},
};

use crate::{
    support::{ISSUER, bearer, json, layer, send, without_token},
    two_issuers::{
        OMS_ISSUER, OMS_PROJECT, assert_accepted, assert_refused, joined, layers, tokens,
    },
};

#[track_caller]
fn assert_not_joined(joined: Result<SequenceAuthLayer, ConfigError>, mentions: &[&str]) {
    let error = joined.unwrap_err();
    assert_eq!(error.setting(), "or");
    let text = error.to_string();
    for mentioned in mentions {
        assert!(text.contains(mentioned), "{text}");
    }
}

#[test]
fn second_issuer_of_a_kind_is_refused() {
    let [embedded, oms] = layers();
    let another = LocalIssuer::at("https://a.test", "https://a.test/p/");
    let another = another.layer(7);
    for second in [embedded.clone(), another] {
        let told = ["Embedded Wallet"];
        assert_not_joined(embedded.clone().or(second.clone()), &told);
        assert_not_joined(second.clone().or(embedded.clone()), &told);
        for both in joined(&[embedded.clone(), oms.clone()]) {
            assert_not_joined(both.clone().or(second.clone()), &told);
            assert_not_joined(second.clone().or(both), &told);
        }
    }
    let another = LocalIssuer::oms_wallet_at("https://a.test");
    let another = another.layer("prj_02");
    for second in [oms.clone(), another] {
        let told = ["OMS Wallet"];
        assert_not_joined(oms.clone().or(second.clone()), &told);
        assert_not_joined(second.clone().or(oms.clone()), &told);
        for both in joined(&[embedded.clone(), oms.clone()]) {
            assert_not_joined(both.clone().or(second.clone()), &told);
            assert_not_joined(second.clone().or(both), &told);
        }
    }
    for both in joined(&[embedded, oms]) {
        assert_not_joined(both.clone().or(both), &["Wallet"]);
    }
}

#[test]
fn one_url_for_both_kinds_is_refused() {
    let oms = SequenceAuthLayer::oms_wallet(OMS_PROJECT, ISSUER.url());
    let oms = oms.static_keys(OMS_ISSUER.jwks()).build().unwrap();
    for joined in [layer().or(oms.clone()), oms.clone().or(layer())] {
        assert_not_joined(joined, &["https://waas.sequence.test"]);
    }
    // The two `iss` differ by a single letter, which is enough.
    let oms = SequenceAuthLayer::oms_wallet(OMS_PROJECT, &format!("{}/", ISSUER.url()));
    let oms = oms.static_keys(OMS_ISSUER.jwks()).build().unwrap();
    layer().or(oms).unwrap();
}

#[tokio::test]
async fn parts_are_unchanged() {
    let [embedded, oms] = layers();
    let [token, oms_token] = tokens();
    let [guest, oms_guest] = tokens().map(TokenBuilder::guest);
    for both in joined(&[embedded.clone(), oms.clone()]) {
        let changed = both
            .clone()
            .optional()
            .email_policy(EmailPolicy::Optional)
            .also_project(7)
            .also_project("prj_02")
            .authorize(|_| false);
        assert_refused(&[changed], &token, Kind::NotAuthorized).await;
        let lenient = both.clone().optional().email_policy(EmailPolicy::Optional);
        assert_accepted(std::slice::from_ref(&lenient), &guest).await;
        assert_accepted(&[lenient], &oms_guest).await;
        let [embedded, oms, both] = [&embedded, &oms, &both].map(std::slice::from_ref);
        assert_accepted(embedded, &token).await;
        assert_accepted(oms, &oms_token).await;
        assert_refused(embedded, &oms_token, Kind::UnsupportedAlgorithm).await;
        assert_refused(oms, &token, Kind::UnsupportedAlgorithm).await;
        for (layer, guest) in [
            (embedded, &guest),
            (oms, &oms_guest),
            (both, &guest),
            (both, &oms_guest),
        ] {
            assert_refused(layer, guest, Kind::MissingEmail).await;
            let answer = send(&layer[0], without_token()).await;
            answer.assert_refused(Kind::MissingToken);
        }
        let other = token.clone().project(7);
        assert_refused(embedded, &other, Kind::InvalidAudience).await;
        let other = oms_token.clone().project("prj_02");
        assert_refused(oms, &other, Kind::InvalidAudience).await;
    }
}

/// Only the combined layer searches the field that the other issuer's clients use.
#[tokio::test]
async fn sources_of_parts_are_unchanged() {
    let [embedded, oms] = layers();
    let token = tokens()[0].mint();
    let body = || json(format!(r#"{{"idToken":7,"sequenceToken":"{token}"}}"#));
    for both in joined(&[embedded.clone(), oms]) {
        let answer = send(&both, body()).await;
        answer.assert_refused(Kind::RepeatedTokenField);
    }
    send(&embedded, body()).await.claims();
}

/// Later changes to the original layers do not reach the combined layer either.
#[tokio::test]
async fn combined_layer_keeps_what_it_was_made_of() {
    let [embedded, oms] = layers();
    let both = joined(&[embedded.clone(), oms.clone()]);
    let [embedded, oms] = [embedded, oms].map(|layer| layer.authorize(|_| false));
    let [token, oms_token] = tokens();
    assert_refused(&[embedded], &token, Kind::NotAuthorized).await;
    assert_refused(&[oms], &oms_token, Kind::NotAuthorized).await;
    assert_accepted(&both, &token).await;
    assert_accepted(&both, &oms_token).await;
}

#[tokio::test]
async fn one_layer_may_be_joined_to_several() {
    let [embedded, oms] = layers();
    let strict = embedded.clone().authorize(|_| false);
    let token = tokens()[0].mint();
    let accepting = embedded.or(oms.clone()).unwrap();
    let refusing = strict.or(oms).unwrap();
    send(&accepting, bearer(&token)).await.claims();
    let answer = send(&refusing, bearer(&token)).await;
    answer.assert_refused(Kind::NotAuthorized);
    assert_eq!(accepting.health().issuers().len(), 2);
    assert_eq!(accepting.health().key_ids().len(), 2);
}
