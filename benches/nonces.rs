//! The cost of nonces: to issue, to use, and as a part of a request.
//!
//! `cargo bench --bench nonces` prints rates and ratios. Each time is the median of rounds in which all subjects
//! alternate. The store is in memory and never waits. The store in Redis has its own bench, in `tests/proofs/redis`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    array,
    hint::black_box,
    sync::{Arc, Barrier},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant, SystemTime},
};

use bench_support::{RawCheck, bearer, layer, median, protected, send, timed};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header::COOKIE};
use http_body_util::Full;
use sequence_auth::{
    AuthError, AuthErrorKind, MemoryStore, NonceKey, Nonces, OneTimeKey, OneTimeStore,
    SequenceAuthLayer, testing::LocalIssuer,
};
use tokio::runtime::Builder;
use tower::ServiceExt;

const ROUNDS: usize = 201;
/// How many signatures are checked, nonces issued or requests sent for each time. It is small, so requests are as close
/// in memory as in a server.
const BATCH: usize = 10;
/// How many batches of signatures or nonces a turn has. After the first few, the caches are warm.
const BATCHES: usize = 20;
/// How many keys are used in a turn, which fill a new store.
const USES: usize = 5_000;
/// How long the use of a nonce with the default lifetime is recorded.
const REMEMBERED: Duration = Duration::from_secs(600);
const COOKIE_NAME: &str = "__Host-login";
const BROWSER: &str = "0123456789abcdef0123456789abcdef";

fn main() {
    // Static keys never wait, so the runtime need not run.
    let runtime = Builder::new_current_thread().build().unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    let raw = RawCheck::new(&issuer);
    issue_and_use(&raw);
    send_requests(&issuer, &raw);
}

/// Work of one kind, of which a turn returns how long one piece takes, time after time.
struct Work {
    name: &'static str,
    turn: Box<dyn Fn() -> Vec<Duration>>,
    times: Vec<Duration>,
}

impl Work {
    fn new(name: &'static str, turn: impl Fn() -> Vec<Duration> + 'static) -> Self {
        Self {
            name,
            turn: Box::new(turn),
            times: Vec::new(),
        }
    }
}

fn issue_and_use(raw: &RawCheck) {
    let nonces = Nonces::new(NonceKey::random());
    let same = nonces.clone();
    let mut kinds = [
        Work::new("issued, unbound", move || batches(|| nonces.issue())),
        Work::new("issued, bound", move || batches(|| same.issue_for(BROWSER))),
        Work::new("first use in memory, one thread", || vec![first_use(1)]),
        Work::new("first use in memory, two threads", || vec![first_use(2)]),
    ];
    let mut raw_times = Vec::new();
    for _ in 0..ROUNDS {
        raw_times.extend(batches(|| raw.run()));
        for kind in &mut kinds {
            kind.times.extend((kind.turn)());
        }
    }
    let raw = median(raw_times);
    println!("raw check: {raw:?}\n");
    println!("| nonces | a second | each | over the raw check |");
    println!("|---|--:|--:|--:|");
    for Work { name, times, .. } in kinds {
        let each = median(times).as_secs_f64();
        let (rate, micros) = (1.0 / each, each * 1e6);
        let ratio = each / raw.as_secs_f64();
        println!("| {name} | {rate:.0} | {micros:.2} µs | {ratio:.3} |");
    }
}

fn batches<T>(work: impl Fn() -> T) -> Vec<Duration> {
    let batch = |_| timed(vec![(); BATCH], |()| drop(black_box(work())));
    (0..BATCHES).map(batch).collect()
}

/// Fills a new store from so many threads, each with keys of its own.
fn first_use(threads: usize) -> Duration {
    let store = MemoryStore::new(USES);
    let keys: Vec<_> = (0..USES).map(|_| new_key()).collect();
    let start = Barrier::new(threads);
    let use_all = |keys: &[OneTimeKey]| {
        start.wait();
        let began = Instant::now();
        assert!(keys.iter().all(|key| is_first_use(&store, key)));
        (began, Instant::now())
    };
    let times: Vec<_> = thread::scope(|scope| {
        let chunks = keys.chunks(USES / threads);
        let threads: Vec<_> = chunks
            .map(|keys| scope.spawn(move || use_all(keys)))
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.collect()
    });
    assert!(!is_first_use(&store, &keys[0]));
    let began = times.iter().map(|(began, _)| began).min().unwrap();
    let ended = times.iter().map(|(_, ended)| ended).max().unwrap();
    ended.duration_since(*began) / u32::try_from(USES).unwrap()
}

fn new_key() -> OneTimeKey {
    let key = OneTimeKey::new(array::from_fn(|_| fastrand::u8(..)), SystemTime::now());
    key.with_owner(array::from_fn(|_| fastrand::u8(..)))
}

fn is_first_use(store: &MemoryStore, key: &OneTimeKey) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    let mut answer = store.first_use(key, key.issued_at() + REMEMBERED);
    let Poll::Ready(answer) = answer.as_mut().poll(&mut context) else {
        unreachable!("memory is not waited for")
    };
    answer.unwrap()
}

/// Requests of one kind, and their expected response.
struct Row {
    name: &'static str,
    layer: SequenceAuthLayer,
    tokens: Arc<[String]>,
    refusal: Option<AuthErrorKind>,
    times: Vec<Duration>,
}

impl Row {
    fn new(
        name: &'static str,
        layer: &SequenceAuthLayer,
        tokens: &Arc<[String]>,
        refusal: Option<AuthErrorKind>,
    ) -> Self {
        Self {
            name,
            layer: layer.clone(),
            tokens: Arc::clone(tokens),
            refusal,
            times: Vec::new(),
        }
    }

    /// Sends the requests of one round, and holds each answer against what has to come of it.
    fn take_turn(&mut self, round: usize) {
        let refusal = self.refusal;
        let mut service =
            protected(&self.layer).map_response(move |answer| assert_is(&answer, refusal));
        let numbers = round * BATCH..(round + 1) * BATCH;
        let requests = numbers
            .map(|number| request(&self.tokens[number % self.tokens.len()]))
            .collect();
        self.times
            .push(timed(requests, |request| send(&mut service, request)));
    }
}

/// Rows without a cache of tokens, so each token is new. A row that uses nonces comes before the row with used nonces.
fn rows(issuer: &LocalIssuer) -> [Row; 7] {
    use AuthErrorKind::{ForeignNonce, OtherBinding, UsedNonce, UsedToken};
    // All tokens are one wallet's.
    let store = || MemoryStore::default().max_per_wallet(ROUNDS * BATCH);
    let builder = || {
        let nonces = Nonces::builder(NonceKey::random()).store(store());
        nonces.bound_by_cookie(COOKIE_NAME)
    };
    let [nonces, foreign] = [builder(), builder()].map(|builder| builder.build().unwrap());
    let plain = layer(issuer, 0);
    let with_nonces = plain.clone().with_nonces(nonces.clone());
    let once = plain.clone().once(store());
    let mint = |nonce: String| issuer.token().nonce(&nonce).mint();
    let good = (0..ROUNDS * BATCH).map(|_| mint(nonces.issue_for(BROWSER)));
    let good = good.collect();
    let foreign = [mint(foreign.issue_for(BROWSER))].into();
    let other = [mint(nonces.issue_for("another one"))].into();
    [
        Row::new("plain layer", &plain, &good, None),
        Row::new("nonce, bound by a cookie", &with_nonces, &good, None),
        Row::new("used nonce", &with_nonces, &good, Some(UsedNonce)),
        Row::new("foreign nonce", &with_nonces, &foreign, Some(ForeignNonce)),
        Row::new(
            "other browser's nonce",
            &with_nonces,
            &other,
            Some(OtherBinding),
        ),
        Row::new("token, once", &once, &good, None),
        Row::new("used token", &once, &good, Some(UsedToken)),
    ]
}

fn request(token: &str) -> Request<Full<Bytes>> {
    let cookie = format!("{COOKIE_NAME}={BROWSER}").parse().unwrap();
    let mut request = bearer(token);
    request.headers_mut().insert(COOKIE, cookie);
    request
}

#[track_caller]
fn assert_is<B>(answer: &Response<B>, refusal: Option<AuthErrorKind>) {
    let error = answer.extensions().get::<AuthError>();
    assert_eq!(error.map(AuthError::kind), refusal);
    let status = error.map_or(StatusCode::OK, AuthError::status);
    assert_eq!(answer.status(), status);
}

fn send_requests(issuer: &LocalIssuer, raw: &RawCheck) {
    let mut rows = rows(issuer);
    let mut raw_times = Vec::new();
    for round in 0..ROUNDS {
        raw_times.push(timed(vec![(); BATCH], |()| raw.run()));
        for row in &mut rows {
            row.take_turn(round);
        }
    }
    let raw = median(raw_times);
    let medians: Vec<_> = rows
        .into_iter()
        .map(|row| (row.name, median(row.times).as_secs_f64()))
        .collect();
    let plain = medians[0].1;
    println!("\nraw check: {raw:?}\n");
    println!("| request | takes | over the plain layer | added, over the raw check |");
    println!("|---|--:|--:|--:|");
    for (name, time) in medians {
        let (micros, ratio, added) = (time * 1e6, time / plain, (time - plain) / raw.as_secs_f64());
        println!("| {name} | {micros:.2} µs | {ratio:.3} | {added:.3} |");
    }
}
