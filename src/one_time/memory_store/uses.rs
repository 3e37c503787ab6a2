//! The uses that a store has recorded, by key and by owner.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
    time::{Duration, SystemTime},
};

use super::super::store::OneTimeKey;

/// The uses that have not expired, and expired uses that are not removed yet.
#[derive(Default)]
pub(super) struct Uses {
    digests: HashSet<[u8; 32]>,
    /// The same uses; the next to expire is on top.
    by_expiry: BinaryHeap<Reverse<RecordedUse>>,
    shares: HashMap<[u8; 16], Share>,
    /// Uses that expire at this time or earlier may have been removed.
    removed_until: Option<SystemTime>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct RecordedUse {
    expires_at: SystemTime,
    digest: [u8; 32],
    owner: Option<[u8; 16]>,
}

/// The uses of one owner.
struct Share {
    uses: usize,
    /// A lower bound: every use of the owner expires at this time or later.
    next_expiry: SystemTime,
}

impl Uses {
    pub(super) fn len(&self) -> usize {
        self.digests.len()
    }

    pub(super) fn contains(&self, key: &OneTimeKey) -> bool {
        self.digests.contains(key.as_bytes())
    }

    /// Returns `true` if a use with this expiry may have been recorded and removed.
    pub(super) fn may_have_removed(&self, expires_at: SystemTime) -> bool {
        Some(expires_at) <= self.removed_until
    }

    /// Returns how many uses the key's owner has.
    pub(super) fn share_of(&self, key: &OneTimeKey) -> usize {
        self.share(key).map_or(0, |share| share.uses)
    }

    /// Returns the time until the next use expires, or `None` if the store is empty.
    pub(super) fn next_expiry_in(&self, now: SystemTime) -> Option<Duration> {
        let Reverse(next) = self.by_expiry.peek()?;
        Some(next.expires_at.duration_since(now).unwrap_or_default())
    }

    /// Returns the shortest time until a use of the key's owner can expire, or `None` if the owner has no uses.
    pub(super) fn next_expiry_in_share(
        &self,
        key: &OneTimeKey,
        now: SystemTime,
    ) -> Option<Duration> {
        let next = self.share(key)?.next_expiry;
        Some(next.duration_since(now).unwrap_or_default())
    }

    fn share(&self, key: &OneTimeKey) -> Option<&Share> {
        self.shares.get(key.owner()?)
    }

    pub(super) fn has_expired(&self, now: SystemTime) -> bool {
        let next = self.by_expiry.peek();
        next.is_some_and(|Reverse(next)| next.expires_at <= now)
    }

    /// Removes uses that have expired, up to a limit.
    pub(super) fn remove_expired(&mut self, now: SystemTime, limit: usize) {
        for _ in 0..limit {
            if !self.has_expired(now) {
                return;
            }
            if let Some(Reverse(expired)) = self.by_expiry.pop() {
                self.remove(&expired);
            }
        }
    }

    fn remove(&mut self, expired: &RecordedUse) {
        self.digests.remove(&expired.digest);
        self.removed_until = self.removed_until.max(Some(expired.expires_at));
        let Some(owner) = expired.owner else {
            return;
        };
        if let Some(share) = self.shares.get_mut(&owner) {
            share.uses -= 1;
            share.next_expiry = expired.expires_at;
            if share.uses == 0 {
                self.shares.remove(&owner);
            }
        }
    }

    pub(super) fn insert(&mut self, key: &OneTimeKey, expires_at: SystemTime) {
        self.digests.insert(*key.as_bytes());
        self.by_expiry.push(Reverse(RecordedUse {
            expires_at,
            digest: *key.as_bytes(),
            owner: key.owner().copied(),
        }));
        let Some(owner) = key.owner() else {
            return;
        };
        let share = self.shares.entry(*owner).or_insert(Share {
            uses: 0,
            next_expiry: expires_at,
        });
        share.uses += 1;
        share.next_expiry = share.next_expiry.min(expires_at);
    }
}
