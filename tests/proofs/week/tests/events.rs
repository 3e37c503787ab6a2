//! What happens in the week, and how long it may take until all is well again.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use ::week::STORE_TIMEOUT;
use tokio::{task::block_in_place, time::sleep};

use crate::{
    issuer_events::{
        flood, long_outage, long_sleep, outage, rotate, rotate_in, rotate_under_same_id,
        rotate_with_overlap, start_in_outage,
    },
    key_endpoint::Mode,
    machine_events::{crash, deploy, freeze, nap, step_clock},
    week::Week,
    world::{Kind, Trouble},
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// The issuer replaces its key at once.
    Rotation(Kind),
    RotationUnderSameId(Kind),
    RotationWithOverlap(Kind),
    SlowRotation(Kind),
    /// Anybody sends tokens with unknown keys.
    Flood(Kind),
    Outage(Kind, Mode),
    RotationInOutage(Kind, Mode),
    /// An instance is stopped for some simulated minutes, as a container is.
    Freeze,
    /// The clock of an instance is set so many seconds off, and back.
    ClockStep(i64),
    /// All machines sleep for some minutes.
    Nap,
    /// All machines sleep for longer than keys are trusted, and the issuers are down when they wake.
    LongSleep,
    RedisPause,
    RedisCrash,
    RedisFailover,
    RedisLoss,
    /// Redis loses its replica, and refuses writes until it is back.
    ReplicaLoss,
    /// An instance is killed.
    Crash,
    /// An instance is replaced while an issuer is down.
    StartInOutage(Kind, Mode),
    /// All instances are replaced, one at a time.
    Deployment,
    /// The issuers are down for longer than keys are trusted, in true time.
    LongOutage,
}

impl Event {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rotation(_) => "rotation",
            Self::RotationUnderSameId(_) => "rotation under the same ID",
            Self::RotationWithOverlap(_) => "rotation with overlap",
            Self::SlowRotation(_) => "rotation at a slow issuer",
            Self::Flood(_) => "flood of unknown keys",
            Self::Outage(..) => "outage",
            Self::RotationInOutage(..) => "rotation in an outage",
            Self::Freeze => "frozen instance",
            Self::ClockStep(_) => "clock step",
            Self::Nap => "nap of all machines",
            Self::LongSleep => "long sleep of all machines",
            Self::RedisPause => "Redis paused",
            Self::RedisCrash => "Redis crashed",
            Self::RedisFailover => "Redis failed over",
            Self::RedisLoss => "Redis lost its primary",
            Self::ReplicaLoss => "Redis lost its replica",
            Self::Crash => "crashed instance",
            Self::StartInOutage(..) => "start in an outage",
            Self::Deployment => "deployment",
            Self::LongOutage => "outage beyond a day",
        }
    }

    /// The longest time, by the steady clock, in which all has to be well again. Stretched on a busy machine.
    fn limit(self) -> Duration {
        let seconds = match self {
            // The store gives up an answer after 3 s, and takes up to 3 s for a new connection.
            Self::RedisPause
            | Self::RedisCrash
            | Self::RedisFailover
            | Self::RedisLoss
            | Self::ReplicaLoss => 20,
            // A cool-down of 30 s at scale, the wait for a fetch of 2 s, or the end of a fetch of 300 s at scale.
            _ => 12,
        };
        Duration::from_secs(seconds).mul_f64(busyness())
    }

    pub(crate) async fn happen(self, week: &mut Week) {
        let over = match self {
            Self::Rotation(kind) => rotate(week, kind).await,
            Self::RotationUnderSameId(kind) => rotate_under_same_id(week, kind).await,
            Self::RotationWithOverlap(kind) => rotate_with_overlap(week, kind).await,
            Self::SlowRotation(kind) => rotate_in(week, kind, Mode::Slow, Duration::ZERO).await,
            Self::Flood(kind) => flood(week, kind).await,
            Self::Outage(kind, mode) => outage(week, kind, mode).await,
            Self::RotationInOutage(kind, mode) => {
                rotate_in(week, kind, mode, Duration::from_millis(1200)).await
            }
            Self::Freeze => freeze(week).await,
            Self::ClockStep(seconds) => step_clock(week, seconds).await,
            Self::Nap => nap(week).await,
            Self::LongSleep => long_sleep(week).await,
            Self::RedisPause | Self::RedisCrash | Self::RedisFailover | Self::RedisLoss => {
                self.trouble_redis(week).await
            }
            Self::ReplicaLoss => lose_replica(week).await,
            Self::Crash => crash(week).await,
            Self::StartInOutage(kind, mode) => start_in_outage(week, kind, mode).await,
            Self::Deployment => deploy(week).await,
            Self::LongOutage => long_outage(week).await,
        };
        let after = over.elapsed();
        let report = &week.scene.report;
        report.recovered(self.name(), after);
        if after > self.limit() {
            report.violation(
                week.world(),
                &format!("{self:?}: all was well only after {after:.2?}"),
            );
        }
    }

    async fn trouble_redis(self, week: &mut Week) -> Instant {
        let trouble = week.world().begin(Trouble::Store);
        let scene = Arc::clone(&week.scene);
        match self {
            Self::RedisPause => {
                week.redis.signal("STOP").await;
                sleep(STORE_TIMEOUT + Duration::from_millis(500)).await;
                week.redis.signal("CONT").await;
            }
            Self::RedisCrash => block_in_place(|| week.redis.restart(&scene.world)),
            Self::RedisFailover => block_in_place(|| week.redis.fail_over()),
            _ => block_in_place(|| week.redis.lose_primary(&scene.world)),
        }
        let over = Instant::now();
        week.until_logins_pass().await;
        week.world().end(trouble);
        over
    }
}

/// Nobody logs in until the replica is back, and no use is forgotten.
async fn lose_replica(week: &mut Week) -> Instant {
    let scene = Arc::clone(&week.scene);
    let trouble = scene.world.begin(Trouble::Replica);
    week.redis.lose_replica();
    week.calm(Duration::from_secs(1)).await;
    if !week.refuses_logins().await {
        let problem = "a login did not fail without the replica";
        scene.report.violation(&scene.world, problem);
    }
    block_in_place(|| week.redis.recover_replica(&scene.world));
    let over = Instant::now();
    week.until_logins_pass().await;
    scene.world.end(trouble);
    over
}

/// How many programs want each core, at least one: the load average of Linux.
fn busyness() -> f64 {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = load
        .split(' ')
        .next()
        .and_then(|load| load.parse().ok())
        .unwrap_or(1.0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (load / cores as f64).max(1.0)
}
