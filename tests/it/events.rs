//! What the operator is told of the keys.

use std::time::Duration;

use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::sleep;

use crate::{
    recorder::Recorder,
    support::{PROJECT, bearer, send},
};

fn infos(recorder: &Recorder) -> Vec<String> {
    let text = recorder.text();
    let infos = text.lines().filter(|line| line.starts_with("INFO"));
    infos.map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_healthy_server_tells_of_the_first_keys_and_of_rotations_only() {
    let issuer = LocalIssuer::new();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .key_fetcher(issuer.clone())
        .build()
        .unwrap();
    let (recorder, _guard) = Recorder::start();
    recorder.attend();
    layer.ready().await.unwrap();
    for _ in 0..12 {
        recorder.attend();
        sleep(Duration::from_secs(300)).await;
    }
    let first = infos(&recorder);
    assert!(
        first.len() == 1 && first[0].contains("the first keys"),
        "{first:?}"
    );
    issuer.rotate();
    recorder.attend();
    sleep(Duration::from_secs(600)).await;
    issuer.rotate_under_same_id();
    recorder.attend();
    sleep(Duration::from_secs(600)).await;
    send(&layer, bearer(&issuer.token().mint())).await.claims();
    let all = infos(&recorder);
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all[1..].iter().all(|line| line.contains("have changed")));
}
