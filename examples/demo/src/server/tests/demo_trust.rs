//! The server and its demo issuer, over HTTP on loopback.

use sequence_auth::testing::TokenBuilder;
use test_support::{bearer, json, send};
use tokio::sync::watch;

use super::parse;
use crate::{
    issuer::DemoIssuer,
    trust::{Trust, with_oms_wallet},
};

/// Starts a server with its demo issuer, which ends with the sender.
async fn start(options: &[&str]) -> (Trust, DemoIssuer, watch::Sender<()>) {
    let options = parse(&[&["--demo-listen", "127.0.0.1:0"], options].concat());
    let (running, ends) = watch::channel(());
    let trust = Trust::start(&options.trust, ends).await.unwrap();
    let demo = trust.demo.clone().unwrap();
    (trust, demo, running)
}

fn embedded_wallet_token(demo: &DemoIssuer) -> TokenBuilder {
    demo.embedded_wallet.token().project(demo.project_id)
}

fn oms_wallet_token(demo: &DemoIssuer) -> TokenBuilder {
    let token = demo.oms_wallet.token();
    token.project(DemoIssuer::OMS_PROJECT_ID)
}

#[tokio::test]
async fn both_issuers_that_the_demo_plays_are_trusted() {
    for (options, project) in [(&[][..], "13639"), (&["--project-id", "7"], "7")] {
        let (trust, demo, _running) = start(options).await;
        let token = embedded_wallet_token(&demo).mint();
        let answer = send(&trust.layer, bearer(&token)).await;
        assert_eq!(answer.claims().issuer(), demo.url());
        assert_eq!(answer.claims().project_id(), project);
        let body = format!(r#"{{"idToken":"{}"}}"#, oms_wallet_token(&demo).mint());
        let answer = send(&trust.layer, json(body)).await;
        assert_eq!(answer.claims().issuer(), demo.oms_url());
        assert_eq!(answer.claims().project_id(), "prj_demo");
    }
}

#[tokio::test]
async fn a_server_can_trust_the_oms_wallet_that_another_ones_demo_plays() {
    let (_trust, demo, _running) = start(&[]).await;
    let options = parse(&[
        "--oms-project-id",
        "prj_demo",
        "--oms-token-issuer",
        demo.oms_url(),
    ]);
    let layer = with_oms_wallet(&options.trust).unwrap().unwrap();
    let answer = send(&layer, bearer(&oms_wallet_token(&demo).mint())).await;
    assert_eq!(answer.claims().issuer(), demo.oms_url());
    let token = embedded_wallet_token(&demo).mint();
    let answer = send(&layer, bearer(&token)).await;
    answer.assert_refused(sequence_auth::AuthErrorKind::UnsupportedAlgorithm);
}

#[tokio::test]
async fn the_keys_of_oms_wallet_can_be_elsewhere() {
    let (_trust, demo, _running) = start(&[]).await;
    let elsewhere = format!("{}/.well-known/jwks.json", demo.oms_url());
    let options = parse(&[
        "--oms-project-id",
        "prj_demo",
        "--oms-token-issuer",
        "https://oms.test",
        "--oms-jwks-url",
        &elsewhere,
    ]);
    let layer = with_oms_wallet(&options.trust).unwrap().unwrap();
    let token = oms_wallet_token(&demo).claim("iss", "https://oms.test");
    let answer = send(&layer, bearer(&token.mint())).await;
    assert_eq!(answer.claims().issuer(), "https://oms.test");
}
