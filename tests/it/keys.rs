//! The life of the keys: an issuer inside the process, and tokio's paused time.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use sequence_auth::{
    AuthErrorKind as Kind, FetchError, FetchErrorKind, KeyState, SequenceAuthLayer,
    SequenceAuthLayerBuilder, testing::LocalIssuer,
};
use tokio::time::{Instant, advance, sleep};
use tower_layer::Layer;

use crate::support::{PROJECT, bearer, send};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// How the issuer's endpoint answers.
#[derive(Clone)]
enum Mode {
    Good,
    Says(&'static str),
    Fails,
    Panics,
    Hangs,
}

/// An endpoint that behaves as it is told and counts the attempts.
#[derive(Clone)]
struct Endpoint {
    issuer: LocalIssuer,
    mode: Arc<Mutex<Mode>>,
    attempts: Arc<AtomicUsize>,
}

impl Endpoint {
    fn new(mode: Mode) -> Self {
        Self {
            issuer: LocalIssuer::new(),
            mode: Arc::new(Mutex::new(mode)),
            attempts: Arc::default(),
        }
    }

    fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    fn attempts(&self) -> usize {
        self.attempts.load(Ordering::Relaxed)
    }

    /// The defaults of the crate, with this endpoint in the place of HTTPS.
    fn builder(&self) -> SequenceAuthLayerBuilder {
        let endpoint = self.clone();
        SequenceAuthLayer::builder(PROJECT)
            .issuer(self.issuer.url())
            .audience_prefix("https://sequence.test/project/")
            .key_fetcher(move || {
                let endpoint = endpoint.clone();
                async move { endpoint.answer().await }
            })
    }

    fn layer(&self) -> SequenceAuthLayer {
        self.builder().build().unwrap()
    }

    fn token(&self) -> String {
        self.issuer.token().mint()
    }

    async fn answer(&self) -> Result<Bytes, FetchError> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let mode = self.mode.lock().unwrap().clone();
        match mode {
            Mode::Good => Ok(self.issuer.jwks().into()),
            Mode::Says(document) => Ok(document.into()),
            Mode::Fails => Err(FetchError::new("the endpoint fails")),
            Mode::Panics => panic!("the endpoint panics"),
            Mode::Hangs => pending().await,
        }
    }
}

async fn assert_accepted(layer: &SequenceAuthLayer, token: &str) {
    send(layer, bearer(token)).await.claims();
}

async fn assert_unavailable(layer: &SequenceAuthLayer, token: &str) {
    let answer = send(layer, bearer(token)).await;
    answer.assert_refused(Kind::KeysUnavailable);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let seconds: u64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn the_first_request_waits_for_the_first_keys() {
    let endpoint = Endpoint::new(Mode::Good);
    assert_accepted(&endpoint.layer(), &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn five_hundred_cold_requests_cause_one_fetch() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    let requests: Vec<_> = (0..500)
        .map(|_| {
            let (layer, token) = (layer.clone(), token.clone());
            tokio::spawn(async move { assert_accepted(&layer, &token).await })
        })
        .collect();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_max_waiting_requests_wait() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().max_waiting(3).build().unwrap();
    let token = endpoint.token();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let (layer, token) = (layer.clone(), token.clone());
            tokio::spawn(async move { assert_unavailable(&layer, &token).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let start = Instant::now();
    assert_unavailable(&layer, &token).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    for request in waiting {
        request.await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_request_that_goes_away_gives_its_place_back() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().max_waiting(1).build().unwrap();
    let token = endpoint.token();
    for _ in 0..3 {
        let waiting = tokio::spawn({
            let (layer, token) = (layer.clone(), token.clone());
            async move { send(&layer, bearer(&token)).await }
        });
        sleep(Duration::from_millis(100)).await;
        waiting.abort();
        waiting.await.unwrap_err();
    }
    let start = Instant::now();
    assert_unavailable(&layer, &token).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_down_issuer_at_the_start_is_503_and_used_within_two_seconds_of_its_return() {
    for mode in [Mode::Fails, Mode::Hangs, Mode::Panics, Mode::Says("<html>")] {
        let endpoint = Endpoint::new(mode);
        let layer = endpoint.layer();
        let token = endpoint.token();
        for _ in 0..20 {
            let start = Instant::now();
            assert_unavailable(&layer, &token).await;
            assert!(start.elapsed() <= Duration::from_millis(2001));
            sleep(Duration::from_millis(333)).await;
        }
        endpoint.set(Mode::Good);
        let back = Instant::now();
        while send(&layer, bearer(&token)).await.status != StatusCode::OK {
            assert!(back.elapsed() <= Duration::from_secs(2));
            sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cold_flood_on_a_failing_issuer_causes_one_attempt_a_second() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let token = endpoint.token();
    for _ in 0..10 * 100 {
        assert_unavailable(&layer, &token).await;
        sleep(Duration::from_millis(10)).await;
    }
    assert!(
        (9..=11).contains(&endpoint.attempts()),
        "{}",
        endpoint.attempts()
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_that_fails_the_cheap_checks_does_not_wait_for_keys() {
    let layer = Endpoint::new(Mode::Hangs).layer();
    let start = Instant::now();
    send(&layer, bearer("x.y.z"))
        .await
        .assert_refused(Kind::MalformedToken);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_keys_are_refreshed_every_five_minutes_give_or_take() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    for _ in 0..20 {
        let before = endpoint.attempts();
        sleep(Duration::from_secs(269)).await;
        assert!(endpoint.attempts() <= before + 1);
        sleep(Duration::from_secs(62)).await;
        assert!(endpoint.attempts() > before);
    }
    let attempts = endpoint.attempts();
    assert!((19..=25).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_rotated_key_is_accepted_by_the_request_that_brings_it() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    assert_accepted(&layer, &old).await;
    sleep(Duration::from_secs(40)).await;
    endpoint.issuer.rotate();
    let start = Instant::now();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(endpoint.attempts(), 2);
    send(&layer, bearer(&old))
        .await
        .assert_refused(Kind::UnknownKey);
}

#[tokio::test(start_paused = true)]
async fn within_the_cool_down_an_unknown_key_is_refused_at_once_and_fetched_at_its_end() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    assert_accepted(&layer, &endpoint.token()).await;
    endpoint.issuer.rotate();
    let start = Instant::now();
    send(&layer, bearer(&endpoint.token()))
        .await
        .assert_refused(Kind::UnknownKey);
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(Duration::from_secs(29)).await;
    assert_eq!(endpoint.attempts(), 1);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(endpoint.attempts(), 2);
    assert_accepted(&layer, &endpoint.token()).await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_unknown_keys_causes_one_fetch_per_cool_down() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let good = endpoint.token();
    assert_accepted(&layer, &good).await;
    let stranger = LocalIssuer::at(endpoint.issuer.url(), "https://sequence.test/project/");
    for second in 0..120 {
        for number in 0..20 {
            let kid = format!("{second}-{number}");
            let forged = stranger.token().header("kid", kid).mint();
            send(&layer, bearer(&forged))
                .await
                .assert_refused(Kind::UnknownKey);
        }
        assert_accepted(&layer, &good).await;
        sleep(Duration::from_secs(1)).await;
    }
    assert!(
        (3..=5).contains(&endpoint.attempts()),
        "{}",
        endpoint.attempts()
    );
}

#[tokio::test(start_paused = true)]
async fn no_more_than_64_requests_wait_for_an_unknown_key() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    assert_accepted(&layer, &endpoint.token()).await;
    sleep(Duration::from_secs(40)).await;
    endpoint.set(Mode::Hangs);
    endpoint.issuer.rotate();
    let token = endpoint.token();
    let answered_at_once = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let requests: Vec<_> = (0..200)
        .map(|_| {
            let (layer, token, at_once) = (layer.clone(), token.clone(), answered_at_once.clone());
            tokio::spawn(async move {
                let answer = send(&layer, bearer(&token)).await;
                if start.elapsed().is_zero() {
                    answer.assert_refused(Kind::UnknownKey);
                    at_once.fetch_add(1, Ordering::Relaxed);
                } else {
                    answer.assert_refused(Kind::KeysUnavailable);
                }
            })
        })
        .collect();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 2);
    assert_eq!(answered_at_once.load(Ordering::Relaxed), 200 - 64);
    assert_eq!(endpoint.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_is_503_while_the_last_fetch_failed() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let good = endpoint.token();
    assert_accepted(&layer, &good).await;
    endpoint.set(Mode::Fails);
    sleep(Duration::from_secs(40)).await;
    endpoint.issuer.rotate();
    let new = endpoint.token();
    assert_unavailable(&layer, &new).await;
    assert_accepted(&layer, &good).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_that_changes_under_its_id_is_fetched_after_a_bad_signature() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    assert_accepted(&layer, &old).await;
    sleep(Duration::from_secs(40)).await;
    endpoint.issuer.rotate_under_same_id();
    let new = endpoint.token();
    send(&layer, bearer(&new))
        .await
        .assert_refused(Kind::InvalidSignature);
    sleep(Duration::from_millis(1)).await;
    assert_accepted(&layer, &new).await;
    send(&layer, bearer(&old))
        .await
        .assert_refused(Kind::InvalidSignature);
    assert_eq!(endpoint.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn good_tokens_pass_while_the_endpoint_fails_and_the_keys_are_young() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    assert_accepted(&layer, &endpoint.token()).await;
    for mode in [
        Mode::Fails,
        Mode::Hangs,
        Mode::Panics,
        Mode::Says(""),
        Mode::Says("null"),
        Mode::Says("[]"),
        Mode::Says("{}"),
        Mode::Says(r#"{"keys":[]}"#),
        Mode::Says(r#"{"keys":[{"kty":"EC","kid":"a"},7,null]}"#),
        Mode::Says(r#"{"keys":[],"keys":[]}"#),
        Mode::Says(r#"{"keys":"#),
    ] {
        endpoint.set(mode);
        let before = endpoint.attempts();
        for _ in 0..60 {
            sleep(MINUTE).await;
            assert_accepted(&layer, &endpoint.token()).await;
        }
        let health = layer.health();
        assert_eq!(health.state(), KeyState::Stale);
        assert!(health.is_ready());
        assert!(health.failures() > 0);
        // At least one attempt a minute on average of the back-off, never more than one a second.
        let attempts = endpoint.attempts() - before;
        assert!((50..3600).contains(&attempts), "{attempts}");
    }
    endpoint.set(Mode::Good);
    sleep(MINUTE).await;
    assert_eq!(layer.health().state(), KeyState::Fresh);
    assert_eq!(layer.health().failures(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_older_than_a_day_are_no_longer_trusted_and_recover_without_a_restart() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    endpoint.set(Mode::Fails);
    sleep(24 * HOUR - MINUTE).await;
    assert_accepted(&layer, &token).await;
    sleep(2 * MINUTE).await;
    assert_unavailable(&layer, &token).await;
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Expired);
    assert!(!health.is_ready());
    assert_eq!(health.last_error().unwrap().kind(), FetchErrorKind::Other);
    endpoint.set(Mode::Good);
    sleep(Duration::from_secs(2)).await;
    assert_accepted(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn the_stale_limit_holds_even_if_nothing_runs() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.builder().max_stale(HOUR).build().unwrap();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    endpoint.set(Mode::Hangs);
    advance(HOUR + MINUTE).await;
    assert_unavailable(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn initial_keys_serve_while_the_issuer_is_down_and_grow_old() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint
        .builder()
        .initial_keys(endpoint.issuer.jwks())
        .build()
        .unwrap();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    sleep(23 * HOUR).await;
    assert!(endpoint.attempts() > 1);
    assert_accepted(&layer, &token).await;
    sleep(2 * HOUR).await;
    assert_unavailable(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn static_keys_need_no_issuer_and_never_grow_old() {
    let issuer = LocalIssuer::new();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .static_keys(issuer.jwks())
        .build()
        .unwrap();
    let token = issuer.token().mint();
    assert_accepted(&layer, &token).await;
    sleep(48 * HOUR).await;
    assert_accepted(&layer, &token).await;
    layer.ready().await.unwrap();
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Fresh);
    assert_eq!(health.key_ids(), [issuer.key_id()]);
    assert_eq!(health.age(), None);
    assert_eq!(health.next_attempt_in(), None);
    issuer.rotate();
    let start = Instant::now();
    send(&layer, bearer(&issuer.token().mint()))
        .await
        .assert_refused(Kind::UnknownKey);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn ready_waits_for_the_first_keys_and_tells_why_there_are_none() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let start = Instant::now();
    let error = layer.ready().await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 2);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the key fetcher failed");
    endpoint.set(Mode::Good);
    layer.ready().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn health_tells_the_state_of_the_keys() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    assert_eq!(layer.health().state(), KeyState::Waiting);
    assert!(!layer.health().is_ready());
    sleep(Duration::from_millis(10)).await;
    let health = layer.health();
    assert_eq!(health.failures(), 1);
    let text = health.to_string();
    assert!(
        text.contains("waiting") && text.contains("the endpoint fails"),
        "{text}"
    );
    endpoint.set(Mode::Good);
    sleep(Duration::from_secs(11)).await;
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Fresh);
    assert_eq!(health.key_ids(), [endpoint.issuer.key_id()]);
    let json = serde_json::to_value(&health).unwrap();
    assert_eq!(json["state"], "fresh");
    assert_eq!(json["failures"], 0);
    assert_eq!(json["last_error"], serde_json::Value::Null);
}

#[tokio::test(start_paused = true)]
async fn layers_with_other_policies_share_one_refresher() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let others = [
        layer.clone().optional(),
        layer.clone().also_project(7),
        layer.clone().body_limit(10),
        layer.clone(),
    ];
    for layer in &others {
        let _service = layer.layer(());
        assert_accepted(layer, &endpoint.token()).await;
    }
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_refresher_ends_with_the_last_clone() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let clone = layer.clone().optional();
    let service = clone.layer(());
    drop((layer, clone));
    sleep(HOUR).await;
    let attempts = endpoint.attempts();
    assert!(attempts > 5);
    drop(service);
    sleep(HOUR).await;
    assert_eq!(endpoint.attempts(), attempts);
}

#[test]
fn a_layer_made_outside_a_runtime_works_in_one_and_in_the_next() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint
        .builder()
        .refetch_cooldown(Duration::ZERO)
        .build()
        .unwrap();
    for attempts in 1..=3 {
        // Only a refresher that runs can know this key.
        endpoint.issuer.rotate();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(assert_accepted(&layer, &endpoint.token()));
        assert_eq!(endpoint.attempts(), attempts);
    }
}

/// Sends a request in one runtime and ends the refresher's own one once an attempt hangs.
fn outlive_the_refreshers_runtime(endpoint: &Endpoint, layer: &SequenceAuthLayer) {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let (refreshers, requests) = (runtime(), runtime());
    let attempts = endpoint.attempts();
    refreshers.block_on(async { layer.health() });
    let (layer, token) = (layer.clone(), endpoint.token());
    let request = requests.spawn(async move { assert_accepted(&layer, &token).await });
    let patience = std::time::Instant::now() + MINUTE;
    while endpoint.attempts() == attempts {
        assert!(std::time::Instant::now() < patience, "nothing is fetched");
        std::thread::yield_now();
    }
    endpoint.set(Mode::Good);
    drop(refreshers);
    requests.block_on(request).unwrap();
}

#[test]
fn a_request_that_waits_for_a_new_key_outlives_the_refreshers_runtime() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint
        .builder()
        .initial_keys(endpoint.issuer.jwks())
        .refetch_cooldown(Duration::ZERO)
        .build()
        .unwrap();
    endpoint.issuer.rotate();
    outlive_the_refreshers_runtime(&endpoint, &layer);
}

#[test]
fn a_request_that_waits_for_the_first_keys_outlives_the_refreshers_runtime() {
    let endpoint = Endpoint::new(Mode::Hangs);
    outlive_the_refreshers_runtime(&endpoint, &endpoint.layer());
}

#[test]
fn ready_does_not_need_a_runtime_where_it_does_not_need_to_wait() {
    let issuer = LocalIssuer::new();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .static_keys(issuer.jwks())
        .build()
        .unwrap();
    let mut ready = std::pin::pin!(layer.ready());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(ready.as_mut().poll(&mut context).is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_long_fetch_timeout_does_not_hide_that_the_issuer_is_back() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().fetch_timeout(MINUTE).build().unwrap();
    assert_unavailable(&layer, &endpoint.token()).await;
    sleep(Duration::from_secs(20)).await;
    endpoint.set(Mode::Good);
    assert_accepted(&layer, &endpoint.token()).await;
}

#[tokio::test(start_paused = true)]
async fn an_unchanged_document_changes_nothing_and_a_bad_one_never_replaces_good_keys() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    let before = layer.health();
    sleep(HOUR).await;
    assert_eq!(layer.health().key_ids(), before.key_ids());
    endpoint.set(Mode::Says(r#"{"keys":[]}"#));
    sleep(HOUR).await;
    let health = layer.health();
    assert_eq!(health.key_ids(), before.key_ids());
    assert_eq!(
        health.last_error().unwrap().kind(),
        FetchErrorKind::Document
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_without_a_request_is_verified_in_the_same_way() {
    let endpoint = Endpoint::new(Mode::Good);
    let verifier = endpoint.layer().verifier();
    let claims = verifier.verify(&endpoint.token()).await.unwrap();
    assert_eq!(claims.project_id(), PROJECT);
    for (token, kind) in [
        ("x.y.z".to_owned(), Kind::MalformedToken),
        (endpoint.issuer.token().expired().mint(), Kind::Expired),
        (endpoint.issuer.token().guest().mint(), Kind::MissingEmail),
        (
            endpoint.issuer.token().project(1).mint(),
            Kind::InvalidAudience,
        ),
    ] {
        assert_eq!(verifier.verify(&token).await.unwrap_err().kind(), kind);
    }
}
