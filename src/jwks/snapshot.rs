//! The published keys: replaced as a whole, read without a lock. Only this file names arc-swap.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use arc_swap::{ArcSwapOption, Guard};
use tokio::time::Instant;

use super::{
    key_set::KeySet,
    missing_key::{MissingKey, Need},
};

/// Holds the keys that were last published.
pub(super) struct Publisher {
    published: ArcSwapOption<Published>,
}

struct Published {
    keys: KeySet,
    trust: Trust,
    /// Counts publications. A lookup in an earlier publication is recognized by its number.
    number: u64,
}

impl Publisher {
    /// Starts with these keys, or without keys.
    pub(super) fn new(initial: Option<(KeySet, Trust)>) -> Self {
        let published = initial.map(|(keys, trust)| Published {
            keys,
            trust,
            number: 1,
        });
        Self {
            published: ArcSwapOption::from_pointee(published),
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot(self.published.load())
    }

    /// Replaces the keys as a whole. Only the refresher's task calls this, so calls do not overlap.
    pub(super) fn publish(&self, keys: KeySet, trust: Trust) {
        let number = self.snapshot().publication() + 1;
        let published = Published {
            keys,
            trust,
            number,
        };
        self.published.store(Some(Arc::new(published)));
    }
}

/// The keys that were last published, if any. Cheap to take. Do not hold it across an await.
pub(crate) struct Snapshot(Guard<Option<Arc<Published>>>);

impl Snapshot {
    /// Returns the keys, all from the same document, if they can be trusted at this time of the wall clock.
    pub(crate) fn trusted(&self, now: SystemTime) -> Option<&KeySet> {
        let published = self.0.as_ref()?;
        published.trust.covers(now).then_some(&published.keys)
    }

    /// Describes a need that this snapshot does not meet.
    pub(crate) fn missing(&self, need: Need, key_id: String) -> MissingKey {
        MissingKey::new(need, key_id, self.publication())
    }

    /// Returns the last keys, even if they can no longer be trusted.
    pub(super) fn last(&self) -> Option<&KeySet> {
        self.0.as_ref().map(|published| &published.keys)
    }

    /// Returns the number of the publication, 0 before the first one.
    pub(super) fn publication(&self) -> u64 {
        self.0.as_ref().map_or(0, |published| published.number)
    }
}

/// How long keys are trusted.
pub(super) enum Trust {
    /// The keys are fixed.
    Forever,
    /// Until a time, by both clocks: the steady clock stops while the machine sleeps, and the wall clock may be set
    /// back.
    Until {
        steady: Instant,
        /// `None` if the time is later than the wall clock can represent.
        wall: Option<SystemTime>,
    },
}

impl Trust {
    /// Trusts keys for `max_stale` from now. `fetched_at` is the current time by the wall clock, or an earlier time if
    /// the machine has slept.
    pub(super) fn lasting(max_stale: Duration, now: Instant, fetched_at: SystemTime) -> Self {
        Self::Until {
            steady: now + max_stale,
            wall: fetched_at.checked_add(max_stale),
        }
    }

    fn covers(&self, now: SystemTime) -> bool {
        match *self {
            Self::Forever => true,
            Self::Until { steady, wall } => {
                Instant::now() <= steady && wall.is_none_or(|wall| now <= wall)
            }
        }
    }
}
