//! Which tokens came before, as far as a table of fixed size can tell.

use std::{
    hash::{BuildHasher, Hash},
    sync::atomic::{AtomicU64, Ordering},
};

use quick_cache::DefaultHashBuilder;

/// Remembers fingerprints of tokens, each until another one takes its slot.
///
/// A mistake costs a signature check, or a place in the cache, and lets nobody in. The hash has a seed of this
/// table's own, so that nobody can aim at a slot.
pub(super) struct SeenTokens {
    slots: Box<[AtomicU64]>,
    hasher: DefaultHashBuilder,
}

impl SeenTokens {
    /// So many that of the tokens that fill a cache once, three in four are known when they come again.
    const SLOTS_PER_TOKEN: usize = 4;

    pub(super) fn new(tokens: usize) -> Self {
        let slots = (tokens * Self::SLOTS_PER_TOKEN).next_power_of_two();
        Self {
            slots: (0..slots).map(|_| AtomicU64::default()).collect(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Takes note of a token, and returns whether it is known from before.
    pub(super) fn note(&self, token: impl Hash) -> bool {
        let fingerprint = self.hasher.hash_one(token);
        // The number of slots is a power of two: what is cut off decides nothing.
        let slot = &self.slots[fingerprint as usize & (self.slots.len() - 1)];
        let is_known = slot.load(Ordering::Relaxed) == fingerprint;
        if !is_known {
            slot.store(fingerprint, Ordering::Relaxed);
        }
        is_known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_recognised_the_second_time() {
        let seen = SeenTokens::new(1);
        assert!(!seen.note("one"));
        assert!(seen.note("one"));
        assert!(!seen.note("other"));
        assert!(seen.note("other"));
    }

    #[test]
    fn most_tokens_of_a_full_cache_are_recognised() {
        const TOKENS: usize = 10_000;
        let seen = SeenTokens::new(TOKENS);
        let known = || (0..TOKENS).filter(|token| seen.note(token)).count();
        assert_eq!(known(), 0);
        let again = known();
        assert!(again > TOKENS / 2, "{again}");
    }
}
