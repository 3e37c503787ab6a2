//! Four processes that share a key, an issuer and a Redis, which fails in every way meanwhile: no token
//! passes twice, none while Redis is down, and then all is well again by itself.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tokio::{
    sync::{Mutex, MutexGuard},
    task::JoinSet,
    time::sleep,
};

use crate::{
    browser::Browser,
    program::Program,
    server::{LOG, NOTHING, PATIENCE, RedisServer},
};

const INSTANCES: usize = 4;
const LOGINS: usize = 1000;
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A token, and the browser that its nonce is bound to.
#[derive(Clone)]
struct Ticket {
    browser: Browser,
    token: String,
}

/// A thousand logins at once with one ticket. The next test's wait until they have been answered: a machine
/// that is busy with several thousand is slower than Redis may be.
struct Storm {
    _alone: MutexGuard<'static, ()>,
    logins: JoinSet<StatusCode>,
}

static ALONE: Mutex<()> = Mutex::const_new(());

struct Cluster {
    redis: RedisServer,
    programs: Vec<Program>,
}

impl Cluster {
    /// Starts the processes, and waits until players can log in.
    async fn start(settings: &[&str]) -> Self {
        let redis = RedisServer::start_with(settings);
        // Each of the logins at once takes a connection, on both sides.
        rlimit::increase_nofile_limit(16_384).unwrap();
        let url = format!("redis://{}", redis.address());
        let first = Program::instance(KEY, &url, None);
        let issuer = Some(first.issuer.clone());
        let others = (1..INSTANCES).map(|_| Program::instance(KEY, &url, issuer.as_deref()));
        let programs = others.collect::<Vec<_>>();
        let cluster = Self {
            redis,
            programs: [first].into_iter().chain(programs).collect(),
        };
        cluster.settle().await;
        cluster
    }

    /// Gets a nonce from one instance; the token can be used at any.
    async fn ticket(&self) -> Ticket {
        let program = &self.programs[fastrand::usize(..INSTANCES)];
        let mut browser = Browser::default();
        let token = browser.token(program).await;
        Ticket { browser, token }
    }

    async fn use_at(&self, instance: usize, ticket: &Ticket) -> StatusCode {
        let mut browser = ticket.browser.clone();
        let answer = browser.log_in_with(&self.programs[instance], &ticket.token);
        answer.await.status
    }

    /// Waits until new tokens pass at each instance.
    async fn settle(&self) {
        let began = Instant::now();
        for instance in 0..INSTANCES {
            while self.use_at(instance, &self.ticket().await).await != StatusCode::OK {
                assert!(
                    began.elapsed() < PATIENCE,
                    "instance {instance}: not in time"
                );
                sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Sends requests to all instances at the same time.
    async fn storm(&self, ticket: &Ticket) -> Storm {
        let requests = (0..LOGINS).map(|index| {
            let program = &self.programs[index % INSTANCES];
            ticket.browser.log_in_request(program, &ticket.token)
        });
        Storm {
            _alone: ALONE.lock().await,
            logins: requests
                .map(async |request| request.send().await.unwrap().status())
                .collect(),
        }
    }

    /// Returns how often these tickets pass, all of them, at all instances.
    async fn passes(&self, tickets: &[&Ticket]) -> usize {
        let mut passes = 0;
        for ticket in tickets {
            for instance in 0..INSTANCES {
                let status = self.use_at(instance, ticket).await;
                passes += usize::from(status == StatusCode::OK);
            }
        }
        passes
    }

    /// Ends Redis, as a crash does, in the middle of 1,000 logins with one ticket, and returns their answers.
    async fn crash_while_used(&mut self, ticket: &Ticket) -> Vec<StatusCode> {
        let mut storm = self.storm(ticket).await;
        let mut statuses = Vec::new();
        while statuses.len() < LOGINS / 10 {
            statuses.push(storm.logins.join_next().await.unwrap().unwrap());
        }
        self.redis.kill();
        statuses.extend(storm.logins.join_all().await);
        let unavailable = count(&statuses, StatusCode::SERVICE_UNAVAILABLE);
        assert!(unavailable > 0, "it ended too late to matter");
        statuses
    }

    async fn assert_unavailable(&self, tickets: &[&Ticket]) {
        for ticket in tickets {
            for instance in 0..INSTANCES {
                let status = self.use_at(instance, ticket).await;
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            }
        }
    }
}

fn count(statuses: &[StatusCode], status: StatusCode) -> usize {
    statuses.iter().filter(|found| **found == status).count()
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn of_1000_logins_at_once_with_one_token_one_passes() {
    let cluster = Cluster::start(&NOTHING).await;
    let ticket = cluster.ticket().await;
    let statuses = cluster.storm(&ticket).await.logins.join_all().await;
    assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
    let refused = count(&statuses, StatusCode::UNAUTHORIZED);
    assert_eq!(refused, LOGINS - 1, "{statuses:?}");
}

/// Ends Redis in the middle of 1,000 logins with one token, and starts it again.
async fn assert_nothing_passes_twice(settings: &[&str], snapshot: impl FnOnce(&RedisServer)) {
    let mut cluster = Cluster::start(settings).await;
    let [contested, used, unused] = [
        cluster.ticket().await,
        cluster.ticket().await,
        cluster.ticket().await,
    ];
    // The snapshot contains none of them.
    snapshot(&cluster.redis);
    assert_eq!(cluster.passes(&[&used]).await, 1);
    let statuses = cluster.crash_while_used(&contested).await;
    let new = cluster.ticket().await;
    let tickets = [&contested, &used, &unused, &new];
    cluster.assert_unavailable(&tickets).await;

    cluster.redis.start_again();
    let mut passes = count(&statuses, StatusCode::OK);
    passes += cluster.passes(&[&contested]).await;
    assert_eq!(cluster.passes(&[&used, &unused]).await, 0);
    cluster.settle().await;
    passes += cluster.passes(&[&contested]).await;
    assert!(passes <= 1, "{passes} passes");
    assert_eq!(cluster.passes(&[&used, &unused]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn redis_is_restarted_empty() {
    assert_nothing_passes_twice(&NOTHING, |_| ()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn redis_is_restarted_with_an_old_snapshot() {
    assert_nothing_passes_twice(&NOTHING, |redis| redis.command("SAVE")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn redis_is_stopped_and_started_with_all_that_it_knew() {
    assert_nothing_passes_twice(&LOG, |_| ()).await;
}

/// Has 1,000 logins with one token come while Redis cannot do its work, until it can again.
async fn assert_nothing_passes_while(fails: &str, recovers: &str) {
    let cluster = Cluster::start(&NOTHING).await;
    let ticket = cluster.ticket().await;
    cluster.redis.command::<()>(fails);
    let statuses = cluster.storm(&ticket).await.logins.join_all().await;
    let unavailable = count(&statuses, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unavailable, LOGINS, "{statuses:?}");
    cluster.redis.command::<()>(recovers);
    cluster.settle().await;
    // It may have been used up, if the answer came too late.
    assert!(cluster.passes(&[&ticket]).await <= 1);
    assert_eq!(cluster.passes(&[&ticket]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn redis_is_out_of_memory() {
    assert_nothing_passes_while("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0").await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn redis_is_slower_than_anybody_waits() {
    assert_nothing_passes_while("CLIENT PAUSE 600000 WRITE", "CLIENT UNPAUSE").await;
}
