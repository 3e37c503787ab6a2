//! The events at the first use of a layer.

use sequence_auth::{TokenSource, testing::LocalIssuer};
use tower_layer::Layer;

use crate::{
    recorder::Recorder,
    support::{bearer, layer, send},
};

#[tokio::test(start_paused = true)]
async fn first_use_says_whose_tokens_are_accepted() {
    let (recorder, _guard) = Recorder::start();
    let auth = layer().also_project(7_u64);
    assert_eq!(recorder.take_all_told(), [""; 0]);
    let _ = auth.health();
    let told = recorder.take_all_told();
    assert_eq!(told.len(), 1, "{told:?}");
    let expected = "INFO tokens of this issuer are accepted issuer=\"https://waas.sequence.test\" \
                    projects=[\"13639\", \"7\"] keys=\"a key_fetcher of the application\"";
    assert_eq!(told[0].trim(), expected);
}

#[tokio::test(start_paused = true)]
async fn start_is_logged_once_for_all_layers_with_the_same_keys() {
    let (recorder, _guard) = Recorder::start();
    let auth = layer();
    for layer in [auth.clone(), auth.clone().optional(), auth] {
        let _ = layer.layer(());
        send(&layer, bearer("x.y.z")).await;
        let _ = layer.health();
    }
    let told = recorder.take_all_told();
    let starts = told.iter().filter(|line| line.contains("are accepted"));
    assert_eq!(starts.count(), 1, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn later_layer_names_its_further_projects() {
    let (recorder, _guard) = Recorder::start();
    let auth = layer();
    let _ = auth.verifier();
    let several = auth.also_project(7_u64).also_project(8_u64);
    for layer in [several.clone(), several] {
        let _ = layer.layer(());
    }
    let told = recorder.take_all_told();
    let starts: Vec<_> = told
        .iter()
        .filter(|line| line.contains("are accepted"))
        .collect();
    assert_eq!(starts.len(), 2, "{told:?}");
    assert!(starts[0].contains("projects=[\"13639\"]"), "{told:?}");
    assert!(starts[1].contains("projects=[\"7\", \"8\"]"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn each_issuer_has_its_start() {
    let (recorder, _guard) = Recorder::start();
    let oms_wallet = LocalIssuer::oms_wallet().layer("prj_1");
    let embedded = layer();
    let _ = embedded.health();
    let told = recorder.take_all_told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("waas.sequence.test"), "{told:?}");
    let both = embedded.or(oms_wallet).unwrap();
    let _ = both.health();
    let told = recorder.take_all_told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("projects=[\"prj_1\"]"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn static_keys_are_named_as_where_the_keys_come_from() {
    let (recorder, _guard) = Recorder::start();
    let issuer = LocalIssuer::new();
    let builder = sequence_auth::SequenceAuthLayer::builder(1).static_keys(issuer.jwks());
    let auth = builder.build().unwrap();
    let _ = auth.layer(());
    let told = recorder.take_all_told();
    assert!(told[0].contains("keys=\"static_keys\""), "{told:?}");
}

#[cfg(feature = "http")]
#[test]
fn key_url_is_shown_without_its_query() {
    let (recorder, _guard) = Recorder::start();
    let builder = sequence_auth::SequenceAuthLayer::builder(1);
    let auth = builder.jwks_url("https://keys.example/jwks.json?key=secret#part");
    let auth = auth.build().unwrap();
    let _ = auth.layer(());
    let told = recorder.take_all_told();
    let expected = "keys=\"https://keys.example/jwks.json\"";
    assert!(told[0].contains(expected), "{told:?}");
}

/// A router may apply a layer before the application sets its subscriber.
#[test]
fn start_is_logged_as_soon_as_there_is_a_subscriber() {
    let auth = layer();
    let _ = auth.layer(());
    let (recorder, _guard) = Recorder::start();
    let _ = auth.layer(());
    let text = recorder.text();
    for expected in [
        "INFO tokens of this issuer are accepted",
        "DEBUG tokens are looked for",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn sources_are_logged_at_debug() {
    let (recorder, _guard) = Recorder::start();
    let sources = [TokenSource::bearer(), TokenSource::cookie("token").unwrap()];
    let auth = layer().sources(sources);
    // A router applies a layer for each handler and each connection.
    for auth in [auth.clone(), auth.clone(), auth.clone()] {
        let _ = auth.layer(());
    }
    let told = |expected: &str| {
        let text = recorder.text();
        assert_eq!(text.matches(expected).count(), 1, "{text}");
    };
    told("DEBUG tokens are looked for in this order: as a bearer token, in the cookie token");
    let other = auth.sources([TokenSource::cookie("other").unwrap()]);
    let _ = other.layer(());
    told("DEBUG tokens are looked for in this order: in the cookie other");
    let _ = other.body_limit(0).layer(());
    let text = recorder.text();
    assert_eq!(text.matches("looked for").count(), 3, "{text}");
}
