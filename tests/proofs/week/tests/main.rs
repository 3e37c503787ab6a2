//! A week of an application, in an hour.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod balancer;
mod client;
mod clock_file;
mod events;
mod forgeries;
mod instances;
mod issuer_events;
mod issuers;
mod judge;
mod key_endpoint;
mod machine_events;
mod redis;
mod report;
mod schedule;
mod traffic;
mod week;
mod world;

use std::{env, time::Duration};

use week::Week;

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(
    not(all(redis_server, libfaketime, nginx)),
    ignore = "needs redis-server, libfaketime and nginx"
)]
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
    week.scene.report.assert_sound();
}
