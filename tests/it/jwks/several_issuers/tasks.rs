//! Each issuer has a single task that fetches its keys, shared by all layers that trust it.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};
use serde_json::{Value, json};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep, timeout},
};
use tower_layer::Layer;

use crate::{
    jwks::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable},
    key_endpoint::{Endpoint, Mode},
    recorder::Recorder,
    support::{ISSUER, bearer, send},
    two_issuers::{Endpoints, OMS_ISSUER, joined},
};

/// With any number of layers for them, alone and joined.
#[tokio::test(start_paused = true)]
async fn each_refresher_runs_once_and_ends_with_the_last_layer() {
    let [embedded, oms] = [
        Endpoint::of_embedded_wallet(ISSUER.clone(), Mode::Good),
        Endpoint::of_oms_wallet(OMS_ISSUER.clone(), Mode::Good),
    ];
    let alone = [embedded.layer(), oms.layer()];
    let both = joined(&alone);
    let optional = both[0].clone().optional().authorize(|_| true);
    let services: Vec<_> = alone
        .iter()
        .chain(&both)
        .map(|layer| layer.layer(()))
        .collect();
    for layer in both.iter().chain([&optional]) {
        for endpoint in [&embedded, &oms] {
            assert_accepted(layer, &endpoint.token()).await;
        }
    }
    for (layer, endpoint) in alone.iter().zip([&embedded, &oms]) {
        assert_accepted(layer, &endpoint.token()).await;
    }
    let attempts = || [&embedded, &oms].map(Endpoint::attempts);
    assert_eq!(attempts(), [1, 1]);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 2);
    // A layer of one issuer is still in use.
    let [first, last] = alone;
    drop((first, both, optional, services));
    sleep(HOUR).await;
    let [ended, running] = attempts();
    assert_eq!(ended, 1);
    assert!(running > 5, "{running}");
    drop(last);
    sleep(HOUR).await;
    assert_eq!(attempts(), [1, running]);
}

#[tokio::test(start_paused = true)]
async fn shutdown_ends_both() {
    for endpoints in Endpoints::all(Mode::Hangs) {
        let Endpoints {
            failing,
            healthy,
            layer,
        } = &endpoints;
        let _ = layer.health();
        sleep(3 * SECOND).await;
        let attempts = [failing, healthy].map(Endpoint::attempts);
        let ended = timeout(MINUTE, layer.shutdown()).await;
        ended.expect("both tasks end");
        assert_eq!(failing.under_way(), 0);
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
        let start = Instant::now();
        assert_unavailable(layer, &failing.token()).await;
        assert_accepted(layer, &healthy.token()).await;
        assert_refused(layer, &healthy.forged("forged"), Kind::UnknownKey).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        sleep(HOUR).await;
        assert_eq!([failing, healthy].map(Endpoint::attempts), attempts);
        assert_eq!(layer.health().next_attempt_in(), None);
    }
}

/// Both tasks end even if the caller does not wait for the end.
#[tokio::test(start_paused = true)]
async fn shutdown_that_is_not_awaited_ends_both() {
    for endpoints in Endpoints::all(Mode::Good) {
        let Endpoints {
            failing,
            healthy,
            layer,
        } = &endpoints;
        layer.ready().await.unwrap();
        let _ = timeout(Duration::ZERO, layer.shutdown()).await;
        sleep(HOUR).await;
        assert_eq!([failing, healthy].map(Endpoint::attempts), [1, 1]);
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn key_events_name_their_issuer() {
    for endpoints in Endpoints::all(Mode::Good) {
        let Endpoints {
            failing,
            healthy,
            layer,
        } = &endpoints;
        let (recorder, _guard) = Recorder::start();
        layer.ready().await.unwrap();
        let told = recorder.take_told();
        assert_eq!(told.len(), 2, "{told:?}");
        for endpoint in [failing, healthy] {
            let named = format!("issuer={:?}", endpoint.issuer.url());
            let own: Vec<_> = told.iter().filter(|line| line.contains(&named)).collect();
            assert_eq!(own.len(), 1, "{told:?}");
            assert!(own[0].contains(&endpoint.issuer.key_id()), "{told:?}");
        }
        failing.set(Mode::Fails);
        let forged = failing.forged("forged");
        for _ in 0..300 {
            assert!(send(layer, bearer(&forged)).await.kind().is_some());
            sleep(SECOND / 10).await;
        }
        sleep(25 * HOUR).await;
        let told = recorder.take_told();
        let named = format!("issuer={:?}", failing.issuer.url());
        for expected in [
            "WARN the keys could not be fetched",
            "WARN the keys are stale",
            "WARN a flood of tokens",
            "WARN the flood of tokens",
            "ERROR the keys have expired",
        ] {
            let is_told = |line: &String| line.contains(expected);
            assert!(told.iter().any(is_told), "{expected}: {told:#?}");
        }
        assert!(told.iter().all(|line| line.contains(&named)), "{told:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn ambiguous_keys_name_their_issuer() {
    let keys = [(); 2].map(|()| {
        let issuer = LocalIssuer::oms_wallet();
        let mut document: Value = serde_json::from_str(&issuer.jwks()).unwrap();
        document["keys"][0]["kid"] = "same".into();
        document["keys"][0].take()
    });
    let document = json!({ "keys": keys }).to_string();
    let endpoint = Endpoint::of_oms_wallet(OMS_ISSUER.clone(), Mode::Says(document.leak()));
    let layer = endpoint.layer();
    let (recorder, _guard) = Recorder::start();
    layer.ready().await.unwrap_err();
    let told = recorder.take_told();
    let named = format!("issuer={:?}", OMS_ISSUER.url());
    let is_told = |line: &&String| line.starts_with("WARN two keys have the same id");
    let line = told.iter().find(is_told).unwrap();
    assert!(line.contains(&named), "{told:?}");
}
