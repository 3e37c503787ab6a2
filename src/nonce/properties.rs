//! Nonces and their store against a model: no sequence of events makes a nonce accepted twice.

use std::time::{Duration, SystemTime};

use proptest::{collection::vec, option, prelude::*, sample::Index};

use super::{binding::Presented, key::NonceKey, nonces::Nonces};
use crate::{
    defaults::LIMIT_CLOCK_DIFFERENCE,
    error::{AuthErrorKind, OneTimeStoreError},
    one_time::MemoryStore,
};

const LEEWAY: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
enum Event {
    Issue(Option<u8>),
    /// A token of an account arrives with one of the nonces, in the right or the wrong browser.
    Use(Index, bool, u8),
    Pass(Duration),
    /// The clock is set back.
    SetBack(Duration),
    /// The process restarts, with an empty store.
    Restart,
}

/// From milliseconds to an hour, to exercise each rule.
fn any_pause() -> impl Strategy<Value = Duration> {
    prop_oneof![0..3_u64, 0..60_000_u64, 0..700_000_u64, 0..3_600_000_u64]
        .prop_map(Duration::from_millis)
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => option::of(1..3_u8).prop_map(Event::Issue),
        8 => (any::<Index>(), prop::bool::weighted(0.9), 0..3_u8)
            .prop_map(|(nonce, right, account)| Event::Use(nonce, right, account)),
        4 => any_pause().prop_map(Event::Pass),
        1 => any_pause().prop_map(Event::SetBack),
        1 => Just(Event::Restart),
    ]
}

struct Issued {
    text: String,
    binding: Option<u8>,
    issued_at: SystemTime,
    /// The account that has used it.
    used_by: Option<u8>,
}

/// The expected results, from a complete record of its own.
struct Model {
    nonces: Nonces,
    lifetime: Duration,
    store: MemoryStore,
    capacity: usize,
    share: usize,
    now: SystemTime,
    latest: SystemTime,
    was_set_back: bool,
    restarted_at: SystemTime,
    issued: Vec<Issued>,
}

impl Model {
    fn new(lifetime: Duration, capacity: usize, share: usize) -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let nonces = Nonces::builder(NonceKey::random()).lifetime(lifetime);
        Self {
            nonces: nonces.build().expect("a lifetime in range"),
            lifetime,
            store: MemoryStore::created_at(capacity, now).max_per_wallet(share),
            capacity,
            share,
            now,
            latest: now,
            was_set_back: false,
            restarted_at: now,
            issued: Vec::new(),
        }
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Issue(binding) => self.issue(*binding),
            Event::Use(index, is_right, account) if !self.issued.is_empty() => {
                self.bring(index.index(self.issued.len()), *is_right, *account);
            }
            Event::Pass(pause) => {
                self.now += *pause;
                self.latest = self.latest.max(self.now);
            }
            Event::SetBack(step) => {
                self.now -= *step;
                self.was_set_back = true;
            }
            // A store in memory cannot detect that the clock was set back before its creation.
            Event::Restart if self.now == self.latest => {
                // A restart takes at least a millisecond.
                self.now += Duration::from_millis(1);
                self.latest = self.now;
                let store = MemoryStore::created_at(self.capacity, self.now);
                self.store = store.max_per_wallet(self.share);
                self.restarted_at = self.now;
            }
            Event::Use(..) | Event::Restart => (),
        }
    }

    fn issue(&mut self, binding: Option<u8>) {
        let bytes = binding.map(|binding| [binding]);
        let bytes = bytes.as_ref().map(|bytes| &bytes[..]);
        self.issued.push(Issued {
            text: self.nonces.issue_at(bytes, self.now),
            binding,
            issued_at: self.now,
            used_by: None,
        });
    }

    fn bring(&mut self, index: usize, is_right: bool, account: u8) {
        let binding = self.issued[index].binding;
        let binding = if is_right { binding } else { Some(77) };
        let refusal = self.refusal(&self.issued[index], is_right);
        let bytes = binding.map(|binding| [binding]);
        let presented = bytes
            .as_ref()
            .map_or(Presented::Unbound, |bytes| Presented::Bound(bytes));
        let text = Some(&*self.issued[index].text);
        match self.nonces.check(text, presented, self.now, LEEWAY) {
            Err(kind) => assert_eq!(Some(kind), refusal),
            Ok(nonce) => {
                assert_eq!(refusal, None);
                let expires_at = nonce.expires_at() + LIMIT_CLOCK_DIFFERENCE;
                let key = nonce.one_time_key().with_owner([account; 16]);
                let result = self.store.first_use_at(&key, expires_at, self.now);
                self.used(index, account, &result);
            }
        }
    }

    fn refusal(&self, nonce: &Issued, is_right: bool) -> Option<AuthErrorKind> {
        if !is_right {
            Some(AuthErrorKind::OtherBinding)
        } else if nonce.issued_at > self.now + LEEWAY {
            Some(AuthErrorKind::NonceIssuedInFuture)
        } else if nonce.issued_at + self.lifetime <= self.now {
            Some(AuthErrorKind::ExpiredNonce)
        } else {
            None
        }
    }

    fn used(&mut self, index: usize, account: u8, result: &Result<bool, OneTimeStoreError>) {
        let nonce = &self.issued[index];
        let is_used = nonce.used_by.is_some();
        let may_be_forgotten = nonce.issued_at < self.restarted_at;
        match result.as_ref().map_err(OneTimeStoreError::auth_kind) {
            Ok(true) => {
                assert!(!is_used, "a nonce passes twice");
                assert!(!may_be_forgotten, "a nonce passes that may have been used");
                self.issued[index].used_by = Some(account);
                self.assert_share_is_kept(account);
            }
            Ok(false) => assert!(is_used || may_be_forgotten, "a good nonce is refused"),
            Err(AuthErrorKind::OneTimeStoreFull) => {
                assert!(self.recorded(|_| true) >= self.capacity, "there is room");
            }
            Err(AuthErrorKind::OneTimeShareUsed) => {
                let share = self.recorded(|by| by == account);
                assert!(share >= self.share, "there is room in the share");
            }
            Err(_) => assert!(self.was_set_back, "there is nothing wrong with the clock"),
        }
        assert!(
            self.store.len() <= self.capacity,
            "the store grows without bound"
        );
    }

    fn assert_share_is_kept(&self, account: u8) {
        // With more nonces, some expired uses may not be removed yet.
        let is_tidy = self.issued.len() <= 64 && !self.was_set_back;
        let share = self.recorded(|by| by == account);
        assert!(
            !is_tidy || share <= self.share,
            "an account has more than its share"
        );
    }

    /// How many uses of some accounts the store must hold now.
    fn recorded(&self, is_counted: impl Fn(u8) -> bool) -> usize {
        let has_to_be = |nonce: &&Issued| {
            nonce.used_by.is_some_and(&is_counted)
                && nonce.issued_at >= self.restarted_at
                && nonce.issued_at + self.lifetime + LIMIT_CLOCK_DIFFERENCE > self.now
        };
        self.issued.iter().filter(has_to_be).count()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_events_lets_a_nonce_pass_twice(
        lifetime in 1..600_000_u64,
        capacity in prop_oneof![1..5_usize, Just(1000)],
        share in prop_oneof![1..5_usize, Just(1000)],
        events in vec(any_event(), 1..200),
    ) {
        let mut model = Model::new(Duration::from_millis(lifetime), capacity, share);
        for event in &events {
            model.apply(event);
        }
    }
}
