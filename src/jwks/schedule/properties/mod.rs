//! The schedule against a model: under any sequence of events, it fetches neither too often nor too late.

mod model;

use proptest::{collection::vec, prelude::*};

use self::model::Model;
use super::*;
use crate::jwks::missing_key::Need;

#[derive(Clone, Debug)]
enum Event {
    Pass(Duration),
    WantRefetch(Reason),
    Enter(Need),
    Leave(Need),
    Succeed(Jitter),
    Fail(Jitter),
    /// The task's runtime ends, and the task restarts in another runtime.
    Interrupt(Jitter),
}

fn any_need() -> impl Strategy<Value = Need> {
    prop_oneof![Just(Need::AnyKeys), Just(Need::NamedKey)]
}

fn any_reason() -> impl Strategy<Value = Reason> {
    prop_oneof![Just(Reason::BadSignature), Just(Reason::UnknownKey)]
}

fn any_jitter() -> impl Strategy<Value = Jitter> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0].prop_map(Jitter)
}

/// From milliseconds to hours, to exercise each rule.
fn any_pause() -> impl Strategy<Value = Duration> {
    prop_oneof![
        0..3_000_u64,
        0..60_000_u64,
        0..1_000_000_u64,
        0..4_000_000_u64
    ]
    .prop_map(Duration::from_millis)
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => any_pause().prop_map(Event::Pass),
        4 => any_reason().prop_map(Event::WantRefetch),
        4 => any_need().prop_map(Event::Enter),
        2 => any_need().prop_map(Event::Leave),
        4 => any_jitter().prop_map(Event::Succeed),
        2 => any_jitter().prop_map(Event::Fail),
        2 => any_jitter().prop_map(Event::Interrupt),
    ]
}

/// Settings that the builder accepts.
fn any_timing() -> impl Strategy<Value = Timing> {
    let parts = (0.0..=1.0, 0.001..=1.0, 1.0..100.0);
    let timing = (10..600_000_u64, parts).prop_map(|(interval, (cooldown, fetch, max_stale))| {
        let refresh_interval = Duration::from_millis(interval);
        Timing {
            refresh_interval,
            refetch_cooldown: refresh_interval.mul_f64(cooldown),
            fetch_timeout: refresh_interval.mul_f64(fetch),
            max_stale: refresh_interval.mul_f64(max_stale),
            first_keys_timeout: Duration::from_secs(2),
            max_waiting: 3,
        }
    });
    timing.prop_filter("refused by the builder", Timing::keeps_keys_trusted)
}

/// The time of a wall clock that runs like the steady clock.
fn wall(start: Instant, now: Instant) -> SystemTime {
    SystemTime::UNIX_EPOCH + (now - start)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_events_breaks_the_rules(
        timing in any_timing(),
        has_initial_keys in any::<bool>(),
        events in vec(any_event(), 1..200),
    ) {
        let mut model = Model::new(timing, has_initial_keys);
        model.work();
        for event in &events {
            model.apply(event);
        }
    }

    #[test]
    fn slow_issuers_keys_stay_fresh(
        timing in any_timing(),
        has_initial_keys in any::<bool>(),
        refreshes in vec((any_jitter(), 0.0..1.0, 0.0..=1.0, any::<bool>()), 1..50),
    ) {
        let start = Instant::now();
        let loaded = has_initial_keys.then_some(SystemTime::UNIX_EPOCH);
        let mut schedule = Schedule::new(timing, loaded, start);
        let mut now = start;
        for (jitter, slowness, lateness, is_wanted) in refreshes {
            if is_wanted {
                schedule.want_refetch(Reason::UnknownKey);
            }
            let lateness = timing.spare_time().mul_f64(lateness);
            now = schedule.next_start().expect("a refresh").max(now) + lateness;
            schedule.observe_clock(wall(start, now));
            prop_assert!(schedule.start_if_due(now));
            now += timing.fetch_timeout.mul_f64(slowness);
            schedule.observe_clock(wall(start, now));
            let state = schedule.state(now);
            prop_assert!([KeyState::Waiting, KeyState::Fresh].contains(&state), "{}", state);
            schedule.succeeded(now, wall(start, now), jitter);
        }
    }
}
