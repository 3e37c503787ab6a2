//! The limit on requests that wait for keys.

use super::missing_key::Need;

use crate::defaults::LIMIT_NAMED_KEY_WAITING;

/// The places for waiting requests. A place that is taken has to be given back.
#[derive(Debug)]
pub(crate) struct Places {
    max_for_any: usize,
    taken_for_any: usize,
    taken_for_named: usize,
}

impl Places {
    pub(crate) fn new(max_for_any: usize) -> Self {
        Self {
            max_for_any,
            taken_for_any: 0,
            taken_for_named: 0,
        }
    }

    pub(crate) fn has_free(&self, need: Need) -> bool {
        match need {
            Need::AnyKeys => self.taken_for_any < self.max_for_any,
            Need::NamedKey => self.taken_for_named < LIMIT_NAMED_KEY_WAITING,
        }
    }

    pub(crate) fn take(&mut self, need: Need) {
        *self.taken(need) += 1;
    }

    pub(crate) fn give_back(&mut self, need: Need) {
        let taken = self.taken(need);
        *taken = taken.saturating_sub(1);
    }

    fn taken(&mut self, need: Need) -> &mut usize {
        match need {
            Need::AnyKeys => &mut self.taken_for_any,
            Need::NamedKey => &mut self.taken_for_named,
        }
    }
}
