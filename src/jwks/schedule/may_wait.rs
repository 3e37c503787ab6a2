//! Who may wait for keys.

use tokio::time::Instant;

use super::Schedule;
use crate::{
    defaults::LIMIT_FIRST_KEYS_GRACE,
    jwks::{allowance::Reason, missing_key::Need},
};

impl Schedule {
    /// Returns `true` if a request may wait for what it needs: it may come soon, and there is a free place.
    pub(crate) fn may_wait(&self, need: Need, now: Instant) -> bool {
        self.places.has_free(need)
            && (self.may_bring(need, now)
                || (need == Need::NamedKey && self.may_refetch_for_unknown_key(now)))
    }

    /// Records a request that has to do without what it needs. A key that it names is fetched as soon as the
    /// allowance has a refetch.
    pub(crate) fn refuse(&mut self, need: Need, now: Instant) {
        if need == Need::NamedKey {
            self.want_refetch(Reason::UnknownKey);
            self.unknown_keys.count(now);
        }
    }

    /// Lets a request wait for what it needs, if it [may](Self::may_wait), or [refuses](Self::refuse) it. Returns
    /// `true` if it waits; it has to [`leave`](Self::leave) then.
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

    /// Returns `true` if what a request lacks may come soon: an attempt is under way, or starts as soon as the
    /// task gets to it; or there are no keys, and it is too early to give up.
    pub(crate) fn may_bring(&self, need: Need, now: Instant) -> bool {
        let is_under_way = self.under_way > 0 || self.next_start().is_some_and(|at| at <= now);
        is_under_way || (need == Need::AnyKeys && self.is_in_grace_period(now))
    }

    /// Returns `true` if a refetch for an unknown key may start now.
    fn may_refetch_for_unknown_key(&self, now: Instant) -> bool {
        self.is_active() && self.refetch_start(Reason::UnknownKey) <= now
    }

    /// Returns `true` if those who need keys wait even though attempts fail.
    fn is_in_grace_period(&self, now: Instant) -> bool {
        self.is_active()
            && self
                .first_try
                .is_none_or(|at| now < at + LIMIT_FIRST_KEYS_GRACE)
    }
}
