//! What was seen: requests by kind, violations, and the memory and tasks of each process.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use crate::{
    days::Days,
    instances::State,
    judge::{Judge, Verdict},
    world::World,
};

/// The run ends early after so many.
const MOST_VIOLATIONS: usize = 20;
/// What an allocator may make of the same load from one moment to the next.
const SLACK_KIB: u64 = 16 * 1024;
const SLACK_TASKS: u64 = 5;
/// Every kind of request.
const SENT: [&str; 8] = [
    "good token",
    "visit",
    "login",
    "token once",
    "race",
    "replay",
    "old replay",
    "forgery",
];
/// A process with fewer samples is too young to say whether it grows.
const FEWEST_SAMPLES: usize = 20;

#[derive(Default)]
pub(crate) struct Report {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    counts: BTreeMap<&'static str, Counts>,
    violations: Vec<String>,
    /// By instance and life.
    samples: BTreeMap<(usize, usize), Vec<State>>,
    days: Days,
    /// Answers to tokens that no key verified: each may have caused a fetch. With the fetches in floods of such tokens,
    /// which have a limit of their own.
    unverified: u64,
    /// The longest time in which an event had its effect, by its name.
    recoveries: BTreeMap<&'static str, (usize, Duration)>,
}

#[derive(Default)]
struct Counts {
    passed: u64,
    refused: u64,
    unavailable: u64,
    /// Of all: either answer would have been right.
    undecided: u64,
}

impl Report {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Counts an answer; one that the model does not admit is a violation.
    pub(crate) fn count(
        &self,
        name: &'static str,
        judge: &Judge<'_>,
        verdict: &Verdict,
        world: &World,
    ) {
        let answer = judge.answer();
        if !verdict.admits(answer) {
            self.violation(
                world,
                &format!("{name}: {answer:?}, expected {verdict:?} during {judge:?}"),
            );
        }
        let mut seen = self.seen();
        seen.days.on(world).count(answer.status);
        let is_unverified = ["unknown_key", "invalid_signature"].contains(&answer.refusal.as_str());
        seen.unverified += u64::from(is_unverified);
        let counts = seen.counts.entry(name).or_default();
        match answer.status {
            200 => counts.passed += 1,
            503 => counts.unavailable += 1,
            _ => counts.refused += 1,
        }
        counts.undecided += u64::from(verdict.may_pass && !verdict.refusals.is_empty());
    }

    /// Notes how many fetches there were in a flood.
    pub(crate) fn flooded(&self, fetches: u64) {
        self.seen().unverified += fetches;
    }

    pub(crate) fn unverified(&self) -> u64 {
        self.seen().unverified
    }

    pub(crate) fn count_unanswered(&self, world: &World) {
        self.seen().days.on(world).unanswered += 1;
    }

    pub(crate) fn violation(&self, world: &World, text: &str) {
        let text = format!("{}: {text}", world.date());
        eprintln!("VIOLATION {text}");
        self.seen().violations.push(text);
    }

    pub(crate) fn is_hopeless(&self) -> bool {
        self.seen().violations.len() >= MOST_VIOLATIONS
    }

    pub(crate) fn sample(&self, instance: usize, life: usize, state: State, world: &World) {
        let mut seen = self.seen();
        seen.days.on(world).sample(&state);
        let samples = seen.samples.entry((instance, life));
        samples.or_default().push(state);
    }

    /// Notes how many fetches there were by now.
    pub(crate) fn fetched(&self, fetches: u64, world: &World) {
        self.seen().days.on(world).fetches_so_far = fetches;
    }

    pub(crate) fn recovered(&self, event: &'static str, after: Duration) {
        let mut seen = self.seen();
        let (times, longest) = seen.recoveries.entry(event).or_default();
        *times += 1;
        *longest = after.max(*longest);
    }

    /// Everything in words.
    pub(crate) fn text(&self) -> String {
        let seen = self.seen();
        let mut text = String::new();
        for (name, counts) in &seen.counts {
            let Counts {
                passed,
                refused,
                unavailable,
                undecided,
            } = counts;
            writeln!(
                text,
                "  {name:11} {passed:7} passed {refused:7} refused {unavailable:5} unavailable {undecided:5} undecided"
            )
            .unwrap();
        }
        for (event, (times, longest)) in &seen.recoveries {
            writeln!(
                text,
                "  {event}: {times} times, all well after {longest:.2?} at most"
            )
            .unwrap();
        }
        for ((instance, life), states) in &seen.samples {
            let [early, late] = halves(states);
            writeln!(
                text,
                "  instance {instance}, life {life}: {} to {} KiB, {} to {} tasks, {} samples",
                early.kib,
                late.kib,
                early.tasks,
                late.tasks,
                states.len()
            )
            .unwrap();
        }
        text + &seen.days.text()
    }

    pub(crate) fn assert_sound(&self) {
        let seen = self.seen();
        assert!(
            seen.violations.is_empty(),
            "{} violations, see above",
            seen.violations.len()
        );
        for name in SENT {
            let counts = seen.counts.get(name);
            let is_answered = counts.is_some_and(|counts| counts.passed + counts.refused > 0);
            assert!(is_answered, "{name} was never answered");
        }
        for (process, states) in &seen.samples {
            let [early, late] = halves(states);
            if states.len() >= FEWEST_SAMPLES {
                assert!(
                    late.kib <= early.kib + SLACK_KIB,
                    "memory of {process:?} grows"
                );
                assert!(
                    late.tasks <= early.tasks + SLACK_TASKS,
                    "tasks of {process:?} grow"
                );
            }
        }
        assert!(
            seen.days.unanswered() > 0,
            "no request met a crashed instance"
        );
    }
}

/// Most memory, and fewest tasks: those that stay when all requests have been answered.
struct Level {
    kib: u64,
    tasks: u64,
}

/// The levels of the first quarter and of the last.
fn halves(states: &[State]) -> [Level; 2] {
    let quarter = states.len().div_ceil(4);
    [&states[..quarter], &states[states.len() - quarter..]].map(|states| Level {
        kib: states
            .iter()
            .map(|state| state.resident_kib)
            .max()
            .unwrap_or_default(),
        tasks: states
            .iter()
            .map(|state| state.tasks)
            .min()
            .unwrap_or_default(),
    })
}
