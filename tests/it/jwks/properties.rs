//! Good tokens pass and new keys arrive, for any order of requests, disconnects, rotations and outages.

use std::{
    future::pending,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use bytes::Bytes;
use proptest::{collection::vec, prelude::*};
use sequence_auth::{
    AuthErrorKind as Kind, FetchError, KeyState, SequenceAuthLayer, testing::LocalIssuer,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::SECOND;
use crate::support::{PROJECT, bearer, in_twelve_hours, send};

/// A key that the issuer may publish, and a token signed with it.
struct Candidate {
    jwks: String,
    token: String,
}

const FORGED: usize = 3;

/// Three keys, the last one under the id of the first; and a token whose key never exists.
static CANDIDATES: LazyLock<[Candidate; 4]> = LazyLock::new(|| {
    let issuers = [(); 3].map(|()| LocalIssuer::new());
    let candidate = |number: usize, key_id: &str| {
        let issuer: &LocalIssuer = &issuers[number % issuers.len()];
        let token = issuer.token().header("kid", key_id);
        Candidate {
            jwks: issuer.jwks().replace(&issuer.key_id(), key_id),
            token: token.claim("exp", in_twelve_hours()).mint(),
        }
    };
    [
        candidate(0, "first"),
        candidate(1, "second"),
        candidate(2, "first"),
        candidate(FORGED, "forged"),
    ]
});

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Good,
    Slow,
    Bad,
    Fails,
    Hangs,
}

#[derive(Clone, Debug)]
enum Event {
    Pass(Duration),
    Endpoint(Mode),
    Publish(usize),
    /// A request whose client disconnects after some time.
    Request(usize, Duration),
}

fn any_event() -> impl Strategy<Value = Event> {
    let pause = prop_oneof![0..500_u64, 0..40_000_u64, 0..400_000_u64];
    let mode = prop_oneof![
        4 => Just(Mode::Good),
        1 => Just(Mode::Slow),
        1 => Just(Mode::Bad),
        1 => Just(Mode::Fails),
        1 => Just(Mode::Hangs),
    ];
    let patience = prop_oneof![Just(10_000_u64), 0..2_000_u64];
    prop_oneof![
        2 => pause.prop_map(|pause| Event::Pass(Duration::from_millis(pause))),
        1 => mode.prop_map(Event::Endpoint),
        1 => (0..3_usize).prop_map(Event::Publish),
        4 => (0..=FORGED, patience)
            .prop_map(|(key, patience)| Event::Request(key, Duration::from_millis(patience))),
    ]
}

#[derive(Default)]
struct Log {
    /// The start of each attempt, and the time at which it brought keys.
    attempts: Vec<(Instant, Option<Instant>)>,
    /// The keys of the last successful attempt.
    held: Option<usize>,
}

#[derive(Clone)]
struct Endpoint {
    mode: Arc<Mutex<Mode>>,
    published: Arc<Mutex<usize>>,
    log: Arc<Mutex<Log>>,
}

impl Endpoint {
    fn new() -> Self {
        Self {
            mode: Arc::new(Mutex::new(Mode::Good)),
            published: Arc::default(),
            log: Arc::default(),
        }
    }

    fn layer(&self) -> SequenceAuthLayer {
        let endpoint = self.clone();
        SequenceAuthLayer::builder(PROJECT)
            .issuer("https://waas.sequence.test")
            .audience_prefix("https://sequence.test/project/")
            .key_fetcher(move || {
                let endpoint = endpoint.clone();
                async move { endpoint.answer().await }
            })
            .build()
            .unwrap()
    }

    async fn answer(&self) -> Result<Bytes, FetchError> {
        let number = {
            let mut log = self.log.lock().unwrap();
            log.attempts.push((Instant::now(), None));
            log.attempts.len() - 1
        };
        let mode = *self.mode.lock().unwrap();
        match mode {
            Mode::Good => (),
            Mode::Slow => sleep(SECOND).await,
            Mode::Bad => return Ok(Bytes::from_static(b"<html>")),
            Mode::Fails => return Err(FetchError::new("the endpoint fails")),
            Mode::Hangs => pending().await,
        }
        let published = *self.published.lock().unwrap();
        let mut log = self.log.lock().unwrap();
        log.attempts[number].1 = Some(Instant::now());
        log.held = Some(published);
        Ok(CANDIDATES[published].jwks.clone().into())
    }

    fn held(&self) -> Option<usize> {
        self.log.lock().unwrap().held
    }

    /// Tokens cause at most two attempts in a cool-down, and one per cool-down in the long run. The other attempts are
    /// a second apart, or an interval after a success.
    fn assert_attempts_are_rare(&self) {
        let log = self.log.lock().unwrap();
        let mut caused = Vec::new();
        for pair in log.attempts.windows(2) {
            let ((start, success), (next, _)) = (pair[0], pair[1]);
            // Without keys, a slow attempt does not delay the next attempt.
            let earliest = match success {
                Some(at) if at < next => at + 270 * SECOND,
                _ => start + SECOND,
            };
            if next < earliest {
                caused.push(next);
            }
        }
        for (first, start) in caused.iter().enumerate() {
            for (number, later) in (1..).zip(&caused[first + 1..]) {
                let cool_downs = number - 1;
                assert!(*later - *start >= 30 * SECOND * cool_downs, "{caused:?}");
            }
        }
    }
}

/// Sends a request, and checks its response and time.
async fn request(endpoint: Endpoint, layer: SequenceAuthLayer, key: usize) {
    let start = Instant::now();
    let is_good = endpoint.held() == Some(key);
    let answer = send(&layer, bearer(&CANDIDATES[key].token)).await;
    let took = start.elapsed();
    if is_good {
        answer.claims();
        assert_eq!(took, Duration::ZERO);
    }
    assert!(took <= 2 * SECOND + SECOND / 100, "{took:?}");
    match answer.kind() {
        None => assert_ne!(key, FORGED),
        Some(Kind::UnknownKey | Kind::KeysUnavailable) => (),
        Some(Kind::InvalidSignature) => assert!(key == 0 || key == 2),
        Some(other) => panic!("{other:?}"),
    }
}

async fn play(events: &[Event]) {
    let endpoint = Endpoint::new();
    let layer = endpoint.layer();
    let mut requests = JoinSet::new();
    for event in events {
        match *event {
            Event::Pass(pause) => sleep(pause).await,
            Event::Endpoint(mode) => *endpoint.mode.lock().unwrap() = mode,
            Event::Publish(key) => *endpoint.published.lock().unwrap() = key,
            Event::Request(key, patience) => {
                let request = request(endpoint.clone(), layer.clone(), key);
                requests.spawn(timeout(patience, request));
            }
        }
        sleep(SECOND / 1000).await;
    }
    while let Some(request) = requests.join_next().await {
        // The client may have disconnected. Any other error fails the test.
        let _ = request.unwrap();
    }
    assert_the_new_key_gets_in(&endpoint, &layer).await;
    assert_no_place_is_lost(&endpoint, &layer).await;
    endpoint.assert_attempts_are_rare();
}

/// From any state, a new key is known within a cool-down, or within two if it has the id of the old key, because bad
/// signatures never take the last fetch of the allowance.
async fn assert_the_new_key_gets_in(endpoint: &Endpoint, layer: &SequenceAuthLayer) {
    *endpoint.mode.lock().unwrap() = Mode::Good;
    let held = endpoint.held().unwrap_or_default();
    let new = 1 - held.min(1);
    *endpoint.published.lock().unwrap() = new;
    let cool_downs = if held == 2 { 2 } else { 1 };
    let limit = match layer.health().state() {
        KeyState::Fresh => cool_downs * 30 * SECOND + SECOND,
        // The running attempt may hang.
        KeyState::Stale => cool_downs * 30 * SECOND + 6 * SECOND,
        _ => 2 * SECOND,
    };
    let start = Instant::now();
    while send(layer, bearer(&CANDIDATES[new].token))
        .await
        .kind()
        .is_some()
    {
        assert!(start.elapsed() <= limit, "{}", layer.health());
        sleep(SECOND / 10).await;
    }
}

/// All 64 places are free again.
async fn assert_no_place_is_lost(endpoint: &Endpoint, layer: &SequenceAuthLayer) {
    sleep(61 * SECOND).await;
    *endpoint.mode.lock().unwrap() = Mode::Hangs;
    let start = Instant::now();
    let mut waiting = JoinSet::new();
    for _ in 0..64 {
        let layer = layer.clone();
        waiting.spawn(async move { send(&layer, bearer(&CANDIDATES[FORGED].token)).await });
    }
    while let Some(answer) = waiting.join_next().await {
        assert!(
            start.elapsed() >= 2 * SECOND,
            "{:?}",
            answer.unwrap().kind()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn good_and_new_keys_serve_in_any_order(events in vec(any_event(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(play(&events));
    }
}
