//! A week of an application in an hour: three instances behind nginx, both issuers, and Redis with a Sentinel.
//!
//! Players and attackers send requests all the time. Meanwhile keys are rotated, issuers fail, machines sleep, clocks are
//! set, Redis fails over, and instances crash or are replaced. A model says which answers each request may get
//! (`judge.rs`). Any other answer fails the test: a refused good token, an accepted bad one, a nonce that passes twice,
//! and a response that is not the layer's, unless the instance crashed. Memory, tasks and the number of fetches are
//! limited, too.
//!
//! ```sh
//! WEEK_SECONDS=3600 cargo test -p week --test week -- --ignored --nocapture
//! ```
//!
//! Without `WEEK_SECONDS`, each kind of event happens once. `WEEK_SEED` repeats the order of the events of a run.
//! Requests are random in each run.
//!
//! # Which time is simulated
//!
//! - **Wall clocks run 168 times faster**, those of the instances and of Redis with libfaketime. Everything that the
//!   crate measures by the wall clock has its default: lifetimes of tokens and nonces, the leeway, `max_stale`, the
//!   clock tolerance, and how long Redis remembers a use.
//! - **The steady clock is true**, because sockets, the scheduler and Tokio cannot be scaled. (If libfaketime scales the
//!   steady clock too, each step of the wall clock moves it, and reading it takes milliseconds.) Intervals of the steady
//!   clock are settings, and the instances have the defaults divided by 168: `refresh_interval` and `refetch_cooldown`.
//! - **Timeouts are in true time** and have their defaults, except for an answer of Redis (3 s) and for a fetch (the
//!   refresh interval, 1.8 s). Pauses between failed fetches are in true time: up to a minute, which is 2.8 simulated
//!   hours.
//! - **A machine that sleeps** is stopped by SIGSTOP, and its wall clock is set ahead. Its steady clock stands still, as on
//!   a real machine. All machines sleep at once, so that their clocks agree when they wake.
//! - **Redis** measures the silence of its replica by its wall clock. Those settings are scaled. The Sentinel runs in true
//!   time and cannot compare it with what a replica reports, so the test starts each failover.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod balancer;
mod client;
mod clock_file;
mod days;
mod events;
mod forgeries;
mod instances;
mod issuer_events;
mod issuers;
mod judge;
mod key_endpoint;
mod machine_events;
mod probes;
mod redis;
mod report;
mod scene;
mod schedule;
mod traffic;
mod week;
mod world;

use std::{env, time::Duration};

use week::Week;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute or more; is run by itself"]
async fn no_good_token_is_refused_and_no_bad_one_accepted_in_a_week() {
    let variable = |name| {
        env::var(name)
            .ok()
            .map(|value| value.parse::<u64>().unwrap())
    };
    let time = Duration::from_secs(variable("WEEK_SECONDS").unwrap_or(20));
    let seed = variable("WEEK_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("WEEK_SEED={seed}");
    let mut week = Week::start().await;
    schedule::run(&mut week, seed, time).await;
    week.end().await;
    println!("{}", week.summary());
    week.assert_sound();
}
