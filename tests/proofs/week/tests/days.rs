//! What was seen on each simulated day.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{instances::State, world::World};

/// By the number of the day. A day on which all machines slept is missing.
#[derive(Default)]
pub(crate) struct Days(BTreeMap<u64, Day>);

#[derive(Default)]
pub(crate) struct Day {
    passed: u64,
    refused: u64,
    unavailable: u64,
    pub(crate) unanswered: u64,
    /// Since the week began.
    pub(crate) fetches_so_far: u64,
    most_kib: u64,
    most_tasks: u64,
}

impl Days {
    pub(crate) fn on(&mut self, world: &World) -> &mut Day {
        self.0.entry(world.day()).or_default()
    }

    pub(crate) fn unanswered(&self) -> u64 {
        self.0.values().map(|day| day.unanswered).sum()
    }

    /// A table with a line for each day.
    pub(crate) fn text(&self) -> String {
        let mut text =
            "  day  passed refused unavailable unanswered fetches most KiB most tasks\n".to_owned();
        let mut before = 0;
        for (number, day) in &self.0 {
            let fetches = day.fetches_so_far.saturating_sub(before);
            before = before.max(day.fetches_so_far);
            writeln!(
                text,
                "  {number:3} {:7} {:7} {:11} {:10} {fetches:7} {:8} {:10}",
                day.passed,
                day.refused,
                day.unavailable,
                day.unanswered,
                day.most_kib,
                day.most_tasks
            )
            .unwrap();
        }
        text
    }
}

impl Day {
    pub(crate) fn count(&mut self, status: u16) {
        *match status {
            200 => &mut self.passed,
            503 => &mut self.unavailable,
            _ => &mut self.refused,
        } += 1;
    }

    pub(crate) fn sample(&mut self, state: &State) {
        self.most_kib = self.most_kib.max(state.resident_kib);
        self.most_tasks = self.most_tasks.max(state.tasks);
    }
}
