//! What happens to the issuers and their keys. Each event returns when its cause was over.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ::week::scaled;
use tokio::{task::block_in_place, time::sleep};

use crate::{
    instances::INSTANCES,
    key_endpoint::Mode,
    machine_events::sleep_all,
    week::Week,
    world::{Begun, Kind, Trouble},
};

const HOUR: Duration = Duration::from_secs(3600);
/// The tokens of a flood, for each instance.
const FLOOD: usize = 100;

pub(crate) async fn rotate(week: &Week, kind: Kind) -> Instant {
    let keys = week.world().begin(Trouble::Keys(kind));
    block_in_place(|| week.scene.issuer(kind).rotate());
    let over = Instant::now();
    week.until_keys_are_right(kind).await;
    week.world().end(keys);
    over
}

pub(crate) async fn rotate_under_same_id(week: &Week, kind: Kind) -> Instant {
    let keys = week.world().begin(Trouble::Keys(kind));
    block_in_place(|| week.scene.issuer(kind).rotate_under_same_id());
    let over = Instant::now();
    week.until_keys_are_right(kind).await;
    week.world().end(keys);
    over
}

/// Tokens of either key pass while both are published.
pub(crate) async fn rotate_with_overlap(week: &Week, kind: Kind) -> Instant {
    let issuer = week.scene.issuer(kind);
    let keys = week.world().begin(Trouble::Keys(kind));
    block_in_place(|| issuer.rotate_with_overlap());
    week.until_keys_are_right(kind).await;
    week.world().end(keys);
    sleep(Duration::from_millis(1500)).await;
    // Nothing but the next refresh, after 330 s at scale, says that the old key is gone.
    let keys = week.world().begin(Trouble::Keys(kind));
    issuer.withdraw();
    let over = Instant::now();
    sleep(scaled(Duration::from_secs(330)) + Duration::from_millis(500)).await;
    week.until_keys_are_right(kind).await;
    week.world().end(keys);
    over
}

/// Good tokens pass all the time.
pub(crate) async fn outage(week: &Week, kind: Kind, mode: Mode) -> Instant {
    let issuer = week.scene.issuer(kind);
    let trouble = week.world().begin(Trouble::Issuer(kind));
    issuer.endpoint.set(mode);
    // Longer than a refresh interval.
    week.calm(Duration::from_secs(3)).await;
    issuer.endpoint.set(Mode::Good);
    let over = Instant::now();
    week.until_keys_are_right(kind).await;
    week.world().end(trouble);
    over
}

/// Tokens of the new key pass when the issuer is back.
pub(crate) async fn rotate_in(week: &Week, kind: Kind, mode: Mode, time: Duration) -> Instant {
    let issuer = week.scene.issuer(kind);
    let trouble = week.world().begin(Trouble::Issuer(kind));
    issuer.endpoint.set(mode);
    let keys = week.world().begin(Trouble::Keys(kind));
    block_in_place(|| issuer.rotate());
    week.calm(time).await;
    if mode != Mode::Slow {
        issuer.endpoint.set(Mode::Good);
    }
    let over = Instant::now();
    week.until_keys_are_right(kind).await;
    issuer.endpoint.set(Mode::Good);
    week.world().end(keys);
    week.world().end(trouble);
    over
}

/// Keys from before the sleep are not trusted. The issuers come back after a while.
pub(crate) async fn long_sleep(week: &Week) -> Instant {
    let troubles = without_issuers(week);
    let keys = Kind::BOTH.map(|kind| week.world().begin(Trouble::Keys(kind)));
    let store = week.world().begin(Trouble::Store);
    sleep_all(week, 25 * HOUR).await;
    expect_no_keys(week).await;
    week.calm(Duration::from_secs(1)).await;
    let over = with_issuers(week).await;
    for trouble in troubles.into_iter().chain(keys) {
        week.world().end(trouble);
    }
    week.until_logins_pass().await;
    week.world().end(store);
    over
}

pub(crate) async fn long_outage(week: &Week) -> Instant {
    let troubles = without_issuers(week);
    // Keys are trusted for a day from the last fetch, which may be older than the outage by an interval.
    week.calm(scaled(23 * HOUR)).await;
    let keys = Kind::BOTH.map(|kind| week.world().begin(Trouble::Keys(kind)));
    week.calm(scaled(2 * HOUR)).await;
    expect_no_keys(week).await;
    let over = with_issuers(week).await;
    for trouble in troubles.into_iter().chain(keys) {
        week.world().end(trouble);
    }
    over
}

/// An instance starts while an issuer is down. It refuses the tokens of that issuer alone.
pub(crate) async fn start_in_outage(week: &mut Week, kind: Kind, mode: Mode) -> Instant {
    let scene = Arc::clone(&week.scene);
    let number = fastrand::usize(..INSTANCES);
    let issuer = scene.issuer(kind);
    let trouble = scene.world.begin(Trouble::Issuer(kind));
    issuer.endpoint.set(mode);
    week.balancer.leave_out(Some(number)).await;
    let no_keys = scene.world.begin(Trouble::NoKeys(number, kind));
    let instance = &mut week.instances[number];
    instance.stop().await;
    instance
        .start_again(1, &week.surroundings, &scene.world)
        .await;
    week.balancer.leave_out(None).await;
    week.calm(Duration::from_secs(1)).await;
    if !week.trusts_only(number, kind.other()).await {
        scene.report.violation(
            &scene.world,
            &format!("an instance without keys of {kind:?} does not accept the other issuer alone"),
        );
    }
    issuer.endpoint.set(Mode::Good);
    let over = Instant::now();
    week.until_keys_are_right(kind).await;
    scene.world.end(no_keys);
    scene.world.end(trouble);
    over
}

/// Anybody sends tokens with unknown keys to each instance. No instance fetches more often than its cool-down allows.
pub(crate) async fn flood(week: &Week, kind: Kind) -> Instant {
    let endpoint = &week.scene.issuer(kind).endpoint;
    let (before, began) = (endpoint.fetches(), Instant::now());
    let refused = week.send_unknown_keys(kind, FLOOD).await;
    let fetches = endpoint.fetches() - before;
    let most = most_fetches_of_flood(began.elapsed());
    week.scene.report.flooded(fetches);
    // Where a fetch takes longer than a token waits, the answer is 503.
    if refused < INSTANCES * FLOOD / 2 || fetches > most {
        let problem = format!(
            "{refused} unknown keys were refused, and caused {fetches} fetches, at most {most}"
        );
        week.scene.report.violation(week.world(), &problem);
    }
    Instant::now()
}

/// How often the instances may fetch the keys of an issuer in a while without trouble: each twice, once for each
/// cool-down, and once for each interval.
fn most_fetches_of_flood(time: Duration) -> u64 {
    let every = |pause: Duration| (time.as_secs_f64() / pause.as_secs_f64()).ceil() as u64;
    let unknown = 2 + every(scaled(Duration::from_secs(30)));
    let refreshes = every(scaled(Duration::from_secs(270)));
    INSTANCES as u64 * (unknown + refreshes)
}

fn without_issuers(week: &Week) -> [Begun; 2] {
    Kind::BOTH.map(|kind| {
        let trouble = week.world().begin(Trouble::Issuer(kind));
        week.scene.issuer(kind).endpoint.set(Mode::Fails);
        trouble
    })
}

async fn with_issuers(week: &Week) -> Instant {
    for kind in Kind::BOTH {
        week.scene.issuer(kind).endpoint.set(Mode::Good);
    }
    let over = Instant::now();
    for kind in Kind::BOTH {
        week.until_keys_are_right(kind).await;
    }
    over
}

async fn expect_no_keys(week: &Week) {
    let expect = async |kind| {
        if !week.has_no_keys(kind).await {
            week.scene.report.violation(
                week.world(),
                &format!("keys of {kind:?} are trusted for too long"),
            );
        }
    };
    tokio::join!(expect(Kind::Embedded), expect(Kind::Oms));
}
