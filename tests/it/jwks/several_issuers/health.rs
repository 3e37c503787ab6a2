//! The health of the keys of a layer for two issuers, and how `ready` waits for them.

use std::time::Duration;

use sequence_auth::{FetchErrorKind, IssuerHealth, KeyState};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::jwks::SECOND;
use crate::{
    key_endpoint::{Endpoint, Mode},
    support::ISSUER,
    two_issuers::{Endpoints, OMS_ISSUER, joined},
};

#[tokio::test(start_paused = true)]
async fn ready_waits_for_both() {
    for endpoints in Endpoints::all(Mode::Slow(SECOND)) {
        endpoints.healthy.set(Mode::Slow(SECOND / 2));
        let start = Instant::now();
        endpoints.layer.ready().await.unwrap();
        assert_eq!(start.elapsed(), SECOND);
        let health = endpoints.layer.health();
        assert!(health.issuers().iter().all(IssuerHealth::is_ready));
    }
}

#[tokio::test(start_paused = true)]
async fn ready_gives_one_issuer_up_after_the_limit() {
    for mode in [Mode::Hangs, Mode::Fails] {
        for endpoints in Endpoints::all(mode) {
            let start = Instant::now();
            endpoints.layer.ready().await.unwrap();
            assert_eq!(start.elapsed().as_secs(), 2);
            // All callers have the same limit, each from its own start.
            let start = Instant::now();
            endpoints.layer.ready().await.unwrap();
            assert_eq!(start.elapsed().as_secs(), 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ready_fails_without_keys_of_any() {
    for endpoints in Endpoints::all(Mode::Fails) {
        endpoints.healthy.set(Mode::Hangs);
        let start = Instant::now();
        let error = endpoints.layer.ready().await.unwrap_err();
        assert_eq!(start.elapsed().as_secs(), 2);
        assert!(error.to_string().starts_with("no trustworthy keys"));
        assert!(error.retry_after().unwrap() <= SECOND);
        endpoints.healthy.set(Mode::Good);
        endpoints.layer.ready().await.unwrap();
    }
}

/// The longest limit applies to all of them, regardless of which issuer has it and which is down.
#[tokio::test(start_paused = true)]
async fn ready_waits_as_long_as_the_longest_limit() {
    for limits in [[3, 7], [7, 3]] {
        let cases: [(_, Option<u64>); 4] = [
            ([Mode::Hangs, Mode::Hangs], None),
            ([Mode::Good, Mode::Hangs], Some(7)),
            ([Mode::Hangs, Mode::Good], Some(7)),
            // Its own limit is 3 seconds, or 7.
            ([Mode::Slow(4 * SECOND), Mode::Slow(4 * SECOND)], Some(4)),
        ];
        for ([mode, oms_mode], ready_after) in cases {
            let endpoints = [
                Endpoint::of_embedded_wallet(ISSUER.clone(), mode),
                Endpoint::of_oms_wallet(OMS_ISSUER.clone(), oms_mode),
            ];
            let layer = |number: usize| {
                let limit = Duration::from_secs(limits[number]);
                let builder = endpoints[number].builder().first_keys_timeout(limit);
                builder.build().unwrap()
            };
            let [layer, _] = joined(&[layer(0), layer(1)]);
            let start = Instant::now();
            assert_eq!(layer.ready().await.is_ok(), ready_after.is_some());
            assert_eq!(start.elapsed().as_secs(), ready_after.unwrap_or(7));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn health_names_each_issuer_and_its_state() {
    for endpoints in Endpoints::all(Mode::Fails) {
        let Endpoints {
            failing,
            healthy,
            layer,
        } = &endpoints;
        let health = layer.health();
        assert!(!health.is_ready());
        assert_eq!(health.state(), KeyState::Waiting);
        sleep(SECOND / 100).await;
        let health = layer.health();
        assert!(health.is_ready());
        assert_eq!(health.state(), KeyState::Fresh);
        assert_eq!(health.key_ids(), [healthy.issuer.key_id()]);
        assert_eq!(health.failures(), 1);
        assert!(health.age().is_some());
        let nexts: Vec<_> = health
            .issuers()
            .iter()
            .map(IssuerHealth::next_attempt_in)
            .collect();
        assert!(nexts.iter().all(Option::is_some));
        assert_eq!(health.next_attempt_in(), nexts.into_iter().flatten().min());
        assert_eq!(health.last_error().unwrap().kind(), FetchErrorKind::Other);
        let urls: Vec<_> = health.issuers().iter().map(IssuerHealth::issuer).collect();
        // In the order of the kinds, regardless of which layer was joined to which.
        assert_eq!(
            urls,
            ["https://waas.sequence.test", "https://oms.sequence.test"]
        );
        for issuer in health.issuers() {
            let is_failing = issuer.issuer() == failing.issuer.url();
            assert_eq!(issuer.is_ready(), !is_failing);
            assert_eq!(issuer.last_error().is_some(), is_failing);
            assert_eq!(issuer.failures(), u32::from(is_failing));
            assert_eq!(issuer.age().is_some(), !is_failing);
            let state = if is_failing {
                KeyState::Waiting
            } else {
                KeyState::Fresh
            };
            assert_eq!(issuer.state(), state);
            assert_eq!(issuer.key_ids().len(), usize::from(!is_failing));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn health_is_written_for_each_issuer() {
    for endpoints in Endpoints::all(Mode::Fails) {
        let Endpoints {
            failing,
            healthy,
            layer,
        } = &endpoints;
        let _ = layer.health();
        sleep(SECOND / 100).await;
        let health = layer.health();
        let text = health.to_string();
        let lines: Vec<_> = text.split("; ").collect();
        assert_eq!(lines.len(), 2, "{text}");
        for (endpoint, state, rest) in [
            (failing, "waiting, 0 key(s)", "the endpoint fails"),
            (healthy, "fresh, 1 key(s)", "fetched 0 s ago"),
        ] {
            let start = format!("{}: {state}", endpoint.issuer.url());
            let is_own = |line: &&&str| line.starts_with(&start) && line.contains(rest);
            assert_eq!(lines.iter().filter(is_own).count(), 1, "{text}");
        }
        let json = serde_json::to_value(&health).unwrap();
        assert_eq!(json["state"], "fresh");
        assert_eq!(json["key_ids"], json!([healthy.issuer.key_id()]));
        assert_eq!(json["failures"], 1);
        let issuers = json["issuers"].as_array().unwrap();
        assert_eq!(issuers.len(), 2);
        for issuer in issuers {
            let is_failing = issuer["issuer"] == failing.issuer.url();
            let state = if is_failing { "waiting" } else { "fresh" };
            assert_eq!(issuer["state"], state);
            assert_eq!(issuer["last_error"].is_string(), is_failing);
            assert_eq!(
                issuer["age"],
                if is_failing { json!(null) } else { json!(0) }
            );
        }
    }
}
