//! Which events happen, in which order: rounds of all of them, shuffled by a seed.

use std::{
    array,
    time::{Duration, Instant},
};

use ::week::RATE;
use fastrand::Rng;

use crate::{events::Event, key_endpoint::Mode, week::Week, world::Kind};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Between two events, with the longest run. Short runs have shorter pauses.
const MOST_CALM: Duration = Duration::from_secs(5);
/// From this time on there is time for an outage of a day.
const LONG: Duration = Duration::from_secs(45 * 60);

/// Runs the week: whole rounds until its time is over.
pub(crate) async fn run(week: &mut Week, seed: u64, time: Duration) {
    let mut dice = Rng::with_seed(seed);
    let began = Instant::now();
    let calm = MOST_CALM.min(time / 100);
    let (mut deployed_on, mut had_long_outage) = (None, time < LONG);
    while began.elapsed() < time {
        let day = began.elapsed().as_secs() / (DAY / RATE).as_secs();
        let mut events = round(&mut dice);
        if deployed_on.replace(day) != Some(day) {
            events.push(Event::Deployment);
        }
        if !had_long_outage && began.elapsed() > time / 2 {
            had_long_outage = true;
            events.push(Event::LongOutage);
        }
        dice.shuffle(&mut events);
        for event in events {
            if week.scene.report.is_hopeless() {
                return;
            }
            println!("{}: {event:?}", week.world().date());
            event.happen(week).await;
            week.calm(calm.mul_f64(0.5 + dice.f64())).await;
        }
    }
}

/// Each kind of event once, with details by chance.
fn round(dice: &mut Rng) -> Vec<Event> {
    let mut kind = || Kind::BOTH[dice.usize(..2)];
    let kinds: [_; 8] = array::from_fn(|_| kind());
    let mut outage = || Mode::OUTAGES[dice.usize(..Mode::OUTAGES.len())];
    vec![
        Event::Rotation(kinds[0]),
        Event::RotationUnderSameId(kinds[1]),
        Event::RotationWithOverlap(kinds[2]),
        Event::SlowRotation(kinds[3]),
        Event::Flood(kinds[7]),
        Event::Outage(kinds[4], outage()),
        Event::RotationInOutage(kinds[5], outage()),
        Event::Freeze,
        Event::ClockStep(20),
        Event::ClockStep(-20),
        Event::ClockStep(120),
        Event::ClockStep(-120),
        Event::Nap,
        Event::LongSleep,
        Event::RedisPause,
        Event::RedisCrash,
        Event::RedisFailover,
        Event::RedisLoss,
        Event::ReplicaLoss,
        Event::Crash,
        Event::StartInOutage(kinds[6], outage()),
    ]
}
