//! Which requests may wait for keys.

use tokio::time::Instant;

use super::Schedule;
use crate::{
    defaults::LIMIT_FIRST_KEYS_GRACE,
    jwks::{allowance::Reason, missing_key::Need},
};

impl Schedule {
    /// Returns `true` if a request may wait: the keys that it needs may come soon, and a place is free.
    pub(crate) fn may_wait(&self, need: Need, now: Instant) -> bool {
        self.places.has_free(need)
            && (self.may_bring(need, now)
                || (need == Need::NamedKey && self.may_refetch_for_unknown_key(now)))
    }

    /// Records a request that is refused because its keys are missing. If it names an unknown key, a refetch starts as
    /// soon as the allowance permits.
    pub(crate) fn refuse(&mut self, need: Need, now: Instant) {
        if need == Need::NamedKey {
            self.want_refetch(Reason::UnknownKey);
            self.count_unknown_key(now);
        }
    }

    /// Counts a refused token that names an unknown key.
    pub(crate) fn count_unknown_key(&mut self, now: Instant) {
        self.unknown_keys.count(now);
    }

    /// Takes a place for a request that [may wait](Self::may_wait), and returns `true`; give the place back with
    /// [`leave`](Self::leave). Otherwise [refuses](Self::refuse) the request and returns `false`.
    pub(crate) fn enter(&mut self, need: Need, now: Instant) -> bool {
        if !self.may_wait(need, now) {
            self.refuse(need, now);
            return false;
        }
        if need == Need::NamedKey {
            self.want_refetch(Reason::UnknownKey);
        }
        self.places.take(need);
        true
    }

    /// Gives back the place that a request waited in.
    pub(crate) fn leave(&mut self, need: Need) {
        self.places.give_back(need);
    }

    /// Returns `true` if the missing keys may come soon: an attempt is in progress, or starts as soon as the task runs,
    /// or the request needs any keys and the grace period is not over.
    pub(crate) fn may_bring(&self, need: Need, now: Instant) -> bool {
        let is_under_way = self.under_way > 0 || self.next_start().is_some_and(|at| at <= now);
        is_under_way || (need == Need::AnyKeys && self.is_in_grace_period(now))
    }

    /// Returns `true` if a refetch for an unknown key may start now.
    fn may_refetch_for_unknown_key(&self, now: Instant) -> bool {
        self.is_active() && self.refetch_start(Reason::UnknownKey) <= now
    }

    /// Returns `true` if requests without keys wait even though attempts fail.
    fn is_in_grace_period(&self, now: Instant) -> bool {
        self.is_active()
            && self
                .first_try
                .is_none_or(|at| now < at + LIMIT_FIRST_KEYS_GRACE)
    }
}
