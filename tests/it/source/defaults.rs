//! The default sources are the places in which the clients of the issuers put their tokens.

use std::sync::LazyLock;

use sequence_auth::{
    AuthErrorKind as Kind, EmailPolicy, SequenceAuthLayer, TokenSource, testing::LocalIssuer,
};

use super::{PLACES, looking_in};
use crate::support::{ISSUER, bearer, json, layer, send, without_token};

const OMS_PROJECT: &str = "prj_01hx";

static OMS_ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::oms_wallet);

fn oms_layer() -> SequenceAuthLayer {
    OMS_ISSUER.layer(OMS_PROJECT)
}

fn token() -> String {
    ISSUER.token().mint()
}

fn oms_token() -> String {
    OMS_ISSUER.token().project(OMS_PROJECT).mint()
}

fn with_field(name: &str, token: &str) -> http::Request<crate::support::Script> {
    json(format!(r#"{{"{name}":"{token}"}}"#))
}

#[tokio::test]
async fn embedded_wallet_has_bearer_and_sequence_token() {
    send(&layer(), bearer(&token())).await.claims();
    let request = with_field("sequenceToken", &token());
    send(&layer(), request).await.claims();
    for name in ["idToken", "token", "SequenceToken"] {
        send(&layer(), with_field(name, &token()))
            .await
            .assert_refused(Kind::MissingToken);
    }
    for place in PLACES.iter().filter(|place| place.name != "bearer") {
        let request = (place.put)(without_token(), &token());
        let answer = send(&layer(), request).await;
        assert_eq!(answer.kind(), Some(Kind::MissingToken), "{}", place.name);
    }
}

#[tokio::test]
async fn oms_wallet_has_id_token_as_well() {
    let token = oms_token();
    for request in [
        bearer(&token),
        with_field("sequenceToken", &token),
        with_field("idToken", &token),
    ] {
        send(&oms_layer(), request).await.claims();
    }
    let both = format!(r#"{{"sequenceToken":"{token}","idToken":"{token}"}}"#);
    send(&oms_layer(), json(both))
        .await
        .assert_refused(Kind::RepeatedTokenField);
}

#[tokio::test]
async fn combined_layer_looks_in_every_default_place() {
    for combined in [
        layer().or(oms_layer()).unwrap(),
        oms_layer().or(layer()).unwrap(),
        layer()
            .or(oms_layer())
            .unwrap()
            .email_policy(EmailPolicy::Required),
        layer().or(oms_layer().sources([])).unwrap(),
    ] {
        for name in ["sequenceToken", "idToken"] {
            for token in [token(), oms_token()] {
                send(&combined, with_field(name, &token)).await.claims();
            }
        }
        for token in [token(), oms_token()] {
            send(&combined, bearer(&token)).await.claims();
        }
    }
}

#[tokio::test]
async fn chosen_sources_are_not_extended() {
    let chosen = looking_in(TokenSource::json_field("sequenceToken").unwrap());
    for combined in [
        chosen.clone().or(oms_layer()).unwrap(),
        layer()
            .or(oms_layer())
            .unwrap()
            .sources([TokenSource::json_field("sequenceToken").unwrap()]),
    ] {
        let request = with_field("sequenceToken", &oms_token());
        send(&combined, request).await.claims();
        for request in [with_field("idToken", &oms_token()), bearer(&oms_token())] {
            send(&combined, request)
                .await
                .assert_refused(Kind::MissingToken);
        }
    }
}
