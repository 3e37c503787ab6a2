//! The metrics: the value of each series after requests of every kind.

mod recording;
mod series;

use std::collections::BTreeMap;

use sequence_auth::{
    AuthErrorKind as Kind, MemoryStore, Nonces, TokenSource, testing::LocalIssuer,
};
use tokio::time::sleep;

use self::recording::{Metrics, Series};
use crate::{
    jwks::{MINUTE, SECOND},
    key_endpoint::{Endpoint, Mode},
    login,
    support::{ISSUER, bearer, json, layer, payload_of, send, with_field, without_token},
};

fn requests(result: &str, error_type: &str, source: &str) -> Series {
    format!(
        "sequence_auth_requests_total{{error_type={error_type:?},result={result:?},source={source:?}}}"
    )
}

fn verification(result: &str, cached: bool) -> Series {
    format!("sequence_auth_verification_duration_seconds{{cached=\"{cached}\",result={result:?}}}")
}

#[tokio::test(start_paused = true)]
async fn each_request_is_counted_once_by_what_has_come_of_it() {
    let (metrics, _guard) = Metrics::start();
    let token = ISSUER.token().mint();
    let expired = ISSUER.token().expired().mint();
    let layer = layer().sources([
        TokenSource::bearer(),
        TokenSource::header("x-token").unwrap(),
        TokenSource::cookie("token").unwrap(),
        TokenSource::subprotocol("token.").unwrap(),
        TokenSource::json_field("sequenceToken").unwrap(),
        TokenSource::from_fn(|_, _, headers| {
            let value = headers.get("x-custom")?.to_str().ok()?;
            Some(value.to_owned())
        }),
    ]);
    let with = |name: &'static str, value: String| {
        let mut request = without_token();
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let twice = |name: &'static str| {
        let mut request = with(name, "Bearer a".to_owned());
        request
            .headers_mut()
            .append(name, "Bearer b".parse().unwrap());
        request
    };
    for (request, result, error_type, source) in [
        (bearer(&token), "success", "", "bearer"),
        (with("x-token", token.clone()), "success", "", "header"),
        (
            with("cookie", format!("token={token}")),
            "success",
            "",
            "cookie",
        ),
        (
            with("sec-websocket-protocol", format!("token.{token}")),
            "success",
            "",
            "subprotocol",
        ),
        (with_field(&token), "success", "", "json_field"),
        (with("x-custom", token.clone()), "success", "", "custom"),
        (without_token(), "failure", "missing_token", "none"),
        (bearer(&expired), "failure", "expired", "bearer"),
        (with_field(&expired), "failure", "expired", "json_field"),
        (json("{}{"), "failure", "malformed_body", "json_field"),
        (bearer("?"), "failure", "malformed_authorization", "bearer"),
        (
            twice("authorization"),
            "failure",
            "repeated_authorization",
            "bearer",
        ),
        (
            twice("x-token"),
            "failure",
            "repeated_token_header",
            "header",
        ),
        (
            with("sec-websocket-protocol", "token.a, token.b".to_owned()),
            "failure",
            "repeated_token_protocol",
            "subprotocol",
        ),
        (
            with("cookie", "token=a; token=b".to_owned()),
            "failure",
            "repeated_token_cookie",
            "cookie",
        ),
    ] {
        metrics.take();
        send(&layer, request).await;
        let mut taken = metrics.take();
        taken.retain(|series, count| series.starts_with("sequence_auth_requests") && *count > 0.0);
        let expected = BTreeMap::from([(requests(result, error_type, source), 1.0)]);
        assert_eq!(taken, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn anonymous_request_has_no_result() {
    let (metrics, _guard) = Metrics::start();
    send(&layer().optional(), without_token()).await;
    assert_eq!(
        metrics.take().get(&requests("none", "", "none")),
        Some(&1.0)
    );
}

#[tokio::test(start_paused = true)]
async fn requests_that_wait_are_counted_when_they_end() {
    let (metrics, _guard) = Metrics::start();
    let layer = layer().load(async |claims| Ok::<_, String>(claims.email().map(str::to_owned)));
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
    assert_eq!(
        metrics.take().get(&requests("success", "", "bearer")),
        Some(&1.0)
    );
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let answer = send(&layer, bearer(&endpoint.token())).await;
    answer.assert_refused(Kind::KeysUnavailable);
    let unavailable = requests("failure", "keys_unavailable", "bearer");
    assert_eq!(metrics.take().get(&unavailable), Some(&1.0));
}

#[tokio::test(start_paused = true)]
async fn verifications_are_timed_by_result_and_cache() {
    let (metrics, _guard) = Metrics::start();
    let layer = layer();
    let token = ISSUER.token().mint();
    for _ in 0..3 {
        send(&layer, bearer(&token)).await.claims();
    }
    let expired = ISSUER.token().expired().mint();
    send(&layer, bearer(&expired))
        .await
        .assert_refused(Kind::Expired);
    let taken = metrics.take();
    // At its second use, a token is verified again and cached.
    assert_eq!(taken.get(&verification("success", false)), Some(&2.0));
    assert_eq!(taken.get(&verification("success", true)), Some(&1.0));
    assert_eq!(taken.get(&verification("failure", false)), Some(&1.0));
    let verifier = layer.verifier();
    verifier.verify(&token).await.unwrap();
    let taken = metrics.take();
    assert_eq!(taken.get(&verification("success", true)), Some(&1.0));
    let counted = taken.iter().filter(|(series, count)| {
        series.starts_with("sequence_auth_requests_total") && **count > 0.0
    });
    assert_eq!(
        counted.count(),
        0,
        "a token without a request is no request"
    );
}

#[tokio::test(start_paused = true)]
async fn fetches_are_counted_and_the_last_good_one_is_dated() {
    let (metrics, _guard) = Metrics::start();
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let issuer = "issuer=\"https://waas.sequence.test\"";
    let fetches = |result: &str, error_type: &str| {
        format!(
            "sequence_auth_key_fetches_total{{error_type={error_type:?},{issuer},result={result:?}}}"
        )
    };
    let last_success = format!("sequence_auth_keys_last_success_timestamp_seconds{{{issuer}}}");
    let taken = metrics.take();
    assert_eq!(taken.get(&fetches("success", "")), Some(&1.0));
    let now = std::time::SystemTime::now();
    let now = now
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    assert!(
        (taken[&last_success] - now.as_secs_f64()).abs() < 10.0,
        "{taken:?}"
    );
    for (mode, error_type) in [
        (Mode::Fails, "other"),
        (Mode::Says("{}"), "document"),
        (Mode::Hangs, "timeout"),
        (Mode::Panics, "panicked"),
    ] {
        endpoint.set(mode);
        metrics.take();
        sleep(7 * MINUTE).await;
        let taken = metrics.take();
        assert!(taken[&fetches("failure", error_type)] >= 1.0, "{taken:?}");
        let successes = taken.get(&fetches("success", "")).copied();
        assert_eq!(successes.unwrap_or_default(), 0.0);
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_requests_are_counted_while_they_wait() {
    const WAITING: &str = "sequence_auth_waiting_requests{}";
    let (metrics, _guard) = Metrics::start();
    let endpoint = Endpoint::new(Mode::Slow(SECOND));
    let layer = endpoint.layer();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let (layer, token) = (layer.clone(), endpoint.token());
            tokio::spawn(async move { send(&layer, bearer(&token)).await })
        })
        .collect();
    sleep(SECOND / 2).await;
    assert_eq!(metrics.take().get(WAITING), Some(&3.0));
    for request in waiting {
        request.await.unwrap().claims();
    }
    // It does not contain what was taken before.
    assert_eq!(metrics.take().get(WAITING), Some(&-3.0));
}

#[tokio::test(start_paused = true)]
async fn uses_are_counted_by_what_the_store_says() {
    let (metrics, _guard) = Metrics::start();
    let uses = |result: &str| format!("sequence_auth_one_time_uses_total{{result={result:?}}}");
    let nonces = login::nonces();
    let login = layer().with_nonces(nonces.clone());
    let token = login::token(&nonces.issue());
    send(&login, bearer(&token)).await.claims();
    send(&login, bearer(&token))
        .await
        .assert_refused(Kind::UsedNonce);
    let taken = metrics.take();
    assert_eq!(taken.get(&uses("success")), Some(&1.0));
    assert_eq!(taken.get(&uses("repeated")), Some(&1.0));
    let full = Nonces::builder(sequence_auth::NonceKey::random()).store(MemoryStore::new(0));
    let nonces = full.build().unwrap();
    let login = layer().with_nonces(nonces.clone());
    let answer = send(&login, bearer(&login::token(&nonces.issue()))).await;
    answer.assert_refused(Kind::OneTimeStoreFull);
    assert_eq!(metrics.take().get(&uses("failure")), Some(&1.0));
    // A player who does this at will is no outage.
    let shared = MemoryStore::default().max_per_wallet(0);
    let nonces = Nonces::builder(sequence_auth::NonceKey::random()).store(shared);
    let nonces = nonces.build().unwrap();
    let login = layer().with_nonces(nonces.clone());
    let answer = send(&login, bearer(&login::token(&nonces.issue()))).await;
    answer.assert_refused(Kind::OneTimeShareUsed);
    let taken = metrics.take();
    assert_eq!(taken.get(&uses("limited")), Some(&1.0));
    assert_ne!(taken.get(&uses("failure")), Some(&1.0));
}

#[tokio::test(start_paused = true)]
async fn recorder_that_comes_before_the_first_request_counts_it() {
    let layer = layer();
    let (metrics, _guard) = Metrics::start();
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
    assert_eq!(
        metrics.take().get(&requests("success", "", "bearer")),
        Some(&1.0)
    );
}

#[tokio::test(start_paused = true)]
async fn token_is_timed_once_by_the_issuer_that_supports_its_algorithm() {
    let (metrics, _guard) = Metrics::start();
    let oms = LocalIssuer::oms_wallet();
    let layer = layer().or(oms.layer("prj_1")).unwrap();
    let payload = payload_of(&oms.token().mint());
    for (algorithm, result) in [("ES256", "success"), ("HS256", "failure")] {
        // Not in the order in which the issuer writes them, so each issuer is asked in turn.
        let header = format!(
            r#"{{"typ":"JWT","kid":"{}","alg":"{algorithm}"}}"#,
            oms.key_id()
        );
        send(&layer, bearer(&oms.sign(header, &payload))).await;
        let mut taken = metrics.take();
        taken.retain(|series, count| {
            series.starts_with("sequence_auth_verification") && *count > 0.0
        });
        assert_eq!(taken, BTreeMap::from([(verification(result, false), 1.0)]));
    }
}
