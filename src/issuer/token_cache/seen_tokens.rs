//! A table of fixed size that recognizes most repeated tokens.

use std::{
    hash::{BuildHasher, Hash},
    sync::atomic::{AtomicU64, Ordering},
};

use quick_cache::DefaultHashBuilder;

/// Stores fingerprints of tokens. A new fingerprint replaces the previous one in its slot.
///
/// The table can err in both directions. An error costs a signature check or a place in the cache, and never admits a
/// token. The hash has a random seed, which prevents an attacker from choosing a slot.
pub(super) struct SeenTokens {
    slots: Box<[AtomicU64]>,
    hasher: DefaultHashBuilder,
}

impl SeenTokens {
    /// With this many slots, about three in four tokens of a full cache are recognized when they come again.
    const SLOTS_PER_TOKEN: usize = 4;

    pub(super) fn new(tokens: usize) -> Self {
        let slots = (tokens * Self::SLOTS_PER_TOKEN).next_power_of_two();
        Self {
            slots: (0..slots).map(|_| AtomicU64::default()).collect(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Records a token, and returns `true` if the table recognizes it from an earlier call.
    pub(super) fn note(&self, token: impl Hash) -> bool {
        let fingerprint = self.hasher.hash_one(token);
        // The mask keeps the low bits, so a cast that truncates the hash does not matter.
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
