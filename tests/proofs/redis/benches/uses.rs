//! The cost of a first use in Redis, beside a single bare command and beside the store in memory.
//!
//! `cargo bench -p redis-proofs` starts a `redis-server` and prints rates, times and ratios of stores that alternate,
//! each over a single connection. All callers share a thread. On two cores, the server therefore has a core for itself.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    env,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use redis::aio::MultiplexedConnection;
use redis_proofs::{
    keys::{first_use, key, settle},
    server::RedisServer,
};
use sequence_auth::{BoxFuture, MemoryStore, OneTimeKey, OneTimeStore, OneTimeStoreError};
use tokio::{runtime::Builder, task::JoinSet};

const ROUNDS: usize = 15;
/// How many keys are used in a turn; the callers share them.
const USES: usize = 3_200;
const CALLERS: [usize; 3] = [1, 16, 64];

fn main() -> ExitCode {
    if cfg!(not(redis_server)) {
        eprintln!(
            "nothing was measured, because neither redis-server nor valkey-server is installed"
        );
        return ExitCode::from(u8::from(env::var_os("CI").is_some()));
    }
    let redis = RedisServer::start();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(compare(&redis));
    ExitCode::SUCCESS
}

async fn compare(redis: &RedisServer) {
    let mut groups = Vec::new();
    for callers in CALLERS {
        groups.push(contenders(redis, callers).await);
    }
    for _ in 0..ROUNDS {
        for contender in groups.iter_mut().flatten() {
            contender.take_turn().await;
        }
    }
    println!("| store | callers | uses a second | p50 | p99 | over the bare command |");
    println!("|---|--:|--:|--:|--:|--:|");
    groups.into_iter().for_each(report);
}

/// The bare command comes first.
async fn contenders(redis: &RedisServer, callers: usize) -> [Contender; 3] {
    let store = redis.store();
    settle(&store).await;
    let memory = MemoryStore::new(ROUNDS * USES);
    [
        Contender::new("bare `SET NX PXAT`", callers, BareSet::connect(redis).await),
        Contender::new("`RedisStore`", callers, store),
        Contender::new("`MemoryStore`", callers, memory),
    ]
}

/// A store that has its turns, and how long these and each use in them took.
struct Contender {
    name: &'static str,
    callers: usize,
    store: Arc<dyn OneTimeStore>,
    turns: Vec<Duration>,
    uses: Vec<Duration>,
}

impl Contender {
    fn new(name: &'static str, callers: usize, store: impl OneTimeStore) -> Self {
        Self {
            name,
            callers,
            store: Arc::new(store),
            turns: Vec::new(),
            uses: Vec::new(),
        }
    }

    async fn take_turn(&mut self) {
        let keys: Vec<_> = (0..USES).map(|_| key()).collect();
        let mut callers = JoinSet::new();
        for keys in keys.chunks(USES / self.callers) {
            callers.spawn(use_all(Arc::clone(&self.store), keys.to_vec()));
        }
        // The futures only run when they are awaited, because there is no other thread.
        let began = Instant::now();
        let uses = callers.join_all().await;
        self.turns.push(began.elapsed());
        self.uses.extend(uses.into_iter().flatten());
        assert!(!first_use(&self.store, &keys[0]).await.unwrap());
    }
}

/// Uses one key after the other, and returns how long each took.
async fn use_all(store: Arc<dyn OneTimeStore>, keys: Vec<OneTimeKey>) -> Vec<Duration> {
    let mut times = Vec::with_capacity(keys.len());
    for key in keys {
        let began = Instant::now();
        assert!(first_use(&store, &key).await.unwrap());
        times.push(began.elapsed());
    }
    times
}

fn report(group: [Contender; 3]) {
    let mut bare = None;
    for mut contender in group {
        let turn = quantile(&mut contender.turns, 0.5).as_secs_f64();
        let ratio = turn / *bare.get_or_insert(turn);
        let rate = USES as f64 / turn;
        let [p50, p99] =
            [0.5, 0.99].map(|part| quantile(&mut contender.uses, part).as_secs_f64() * 1e6);
        println!(
            "| {} | {} | {rate:.0} | {p50:.1} µs | {p99:.1} µs | {ratio:.3} |",
            contender.name, contender.callers
        );
    }
}

fn quantile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * part) as usize]
}

/// What cannot be done without: one command. It is safe only with a Redis that never forgets.
struct BareSet(MultiplexedConnection);

impl BareSet {
    async fn connect(redis: &RedisServer) -> Self {
        let client = redis::Client::open(format!("redis://{}", redis.address())).unwrap();
        Self(client.get_multiplexed_async_connection().await.unwrap())
    }
}

impl OneTimeStore for BareSet {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(async move {
            let expires_at = expires_at.duration_since(UNIX_EPOCH).unwrap_or_default();
            let mut command = redis::cmd("SET");
            command.arg(key.as_bytes()).arg("").arg("NX");
            command.arg("PXAT").arg(expires_at.as_millis().to_string());
            let answer = command.query_async(&mut self.0.clone()).await;
            answer.map_err(OneTimeStoreError::unavailable)
        })
    }
}
