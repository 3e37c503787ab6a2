//! Tokens that passed, so that a player's next request costs no signature check.

mod seen_tokens;

use std::{
    fmt,
    hash::{BuildHasher, Hash, Hasher},
    sync::Arc,
};

use quick_cache::{DefaultHashBuilder, Equivalent, Weighter, sync::Cache};

use self::seen_tokens::SeenTokens;
use crate::{claims::ClaimSet, token::Fingerprint};

/// What is known of a token whose signature was good: by which key, and what the token says.
#[derive(Clone)]
pub(crate) struct Passed {
    pub(crate) key: Fingerprint,
    pub(crate) payload: Arc<ClaimSet>,
}

/// Remembers that the signature of exactly these bytes was good under one key, and the claims that were read.
///
/// It says nothing of the time or of a policy: those are asked again, on every request. A token is compared
/// as a whole; its hash has a seed of this cache's own.
pub(crate) struct TokenCache<H = DefaultHashBuilder> {
    /// `None` if it is off.
    tokens: Option<Cache<Text, Passed, Slots, H>>,
    seen: SeenTokens,
}

impl TokenCache {
    /// Creates a cache for so many tokens of the usual size; with none it is off.
    pub(crate) fn new(capacity: usize) -> Self {
        let tokens = (capacity > 0).then(|| Cache::with_weighter(capacity, capacity as u64, Slots));
        let seen = SeenTokens::new(capacity);
        Self { tokens, seen }
    }
}

impl<H: BuildHasher + Clone> TokenCache<H> {
    /// Returns what is known of a token, as long as the key that passed it is `still_trusted`.
    pub(crate) fn get(
        &self,
        token: &[u8],
        still_trusted: impl FnOnce(Fingerprint) -> bool,
    ) -> Option<Arc<ClaimSet>> {
        let passed = self.tokens.as_ref()?.get(&Lookup(token))?;
        still_trusted(passed.key).then_some(passed.payload)
    }

    /// Takes note of a token that a layer admits, and remembers it when it comes the second time: many clients
    /// mint one for each call.
    ///
    /// One whose claims the layer refuses leaves no trace. What else the layer asks changes from one request to
    /// the next, and decides nothing here.
    pub(crate) fn note(&self, token: &[u8], passed: Passed) {
        if let Some(tokens) = &self.tokens
            && self.seen.note(Lookup(token))
        {
            tokens.insert(Text(token.into()), passed);
        }
    }

    /// Drops the tokens of keys that are gone.
    pub(crate) fn retain(&self, is_trusted: impl Fn(Fingerprint) -> bool) {
        if let Some(tokens) = &self.tokens {
            tokens.retain(|_, passed| is_trusted(passed.key));
        }
    }
}

/// The text of a token in the cache.
#[derive(Clone, PartialEq, Eq)]
struct Text(Box<[u8]>);

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Lookup(&self.0).hash(state);
    }
}

/// The text of a token that may be in the cache.
struct Lookup<'a>(&'a [u8]);

impl Equivalent<Text> for Lookup<'_> {
    fn equivalent(&self, Text(token): &Text) -> bool {
        **token == *self.0
    }
}

/// Hashes the end of the signature, which tells tokens apart as well as all of them would: nobody chooses it, and
/// what is not signed is not in the cache.
impl Hash for Lookup<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        const BYTES: usize = 32;
        let end = self.0.last_chunk::<BYTES>();
        state.write(end.map_or(self.0, |end| end));
    }
}

/// Shows how many tokens there are.
impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.tokens.as_ref().map(Cache::len);
        f.debug_tuple("TokenCache").field(&count).finish()
    }
}

/// Counts what a token takes in slots of a usual token's size, so that a bound on slots is one on tokens and
/// on bytes.
#[derive(Clone)]
struct Slots;

impl Slots {
    const BYTES: usize = 3 * 1024;
}

impl Weighter<Text, Passed> for Slots {
    fn weight(&self, Text(token): &Text, passed: &Passed) -> u64 {
        let bytes = token.len() + size_of::<(Text, Passed)>() + passed.payload.bytes();
        bytes.div_ceil(Self::BYTES) as u64
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::hash::Hasher;

    use quick_cache::sync::DefaultLifecycle;

    use super::*;
    use crate::{
        jwks::KeySet,
        testing::LocalIssuer,
        token::{MAX_SIGNATURE_BYTES, Token},
    };

    /// What an issuer's token says, and the keys that pass it.
    fn passed(custom: &str) -> (KeySet, Passed) {
        let issuer = LocalIssuer::new();
        let token = issuer.token().claim("custom", custom).mint();
        let payload = Token::split(token.as_bytes())
            .and_then(|token| token.decode(&mut [0; MAX_SIGNATURE_BYTES])?.into_claims());
        let keys = KeySet::parse(issuer.jwks().as_bytes(), None).expect("a key");
        let key = keys.get(&keys.key_ids()[0]).expect("the key");
        let payload = ClaimSet::parse(payload.expect("claims"), &issuer.url().into(), "");
        let passed = Passed {
            key: key.fingerprint(),
            payload: Arc::new(payload.expect("good claims")),
        };
        (keys, passed)
    }

    fn note_twice<H: BuildHasher + Clone>(cache: &TokenCache<H>, token: &[u8], passed: &Passed) {
        for _ in 0..2 {
            cache.note(token, passed.clone());
        }
    }

    fn count(cache: &TokenCache) -> usize {
        cache.tokens.as_ref().map_or(0, Cache::len)
    }

    #[test]
    fn a_token_is_known_from_its_second_time_on_while_its_key_is_trusted() {
        let (keys, passed) = passed("");
        let cache = TokenCache::new(10);
        cache.note(b"token", passed.clone());
        assert!(cache.get(b"token", |key| keys.holds(key)).is_none());
        cache.note(b"token", passed);
        assert!(cache.get(b"token", |key| keys.holds(key)).is_some());
        assert!(cache.get(b"token", |_| false).is_none());
        assert!(cache.get(b"toke", |_| true).is_none());
        cache.retain(|key| keys.holds(key));
        assert_eq!(count(&cache), 1);
        cache.retain(|_| false);
        assert_eq!(count(&cache), 0);
    }

    #[test]
    fn a_cache_without_room_is_off() {
        let cache = TokenCache::new(0);
        note_twice(&cache, b"token", &passed("").1);
        assert!(cache.get(b"token", |_| true).is_none());
    }

    #[test]
    fn a_million_tokens_leave_it_within_its_bounds() {
        const CAPACITY: usize = 200;
        let (_, usual) = passed("");
        let (_, large) = passed(&"x".repeat(4 * 1024));
        let cache = TokenCache::new(CAPACITY);
        for number in 0..1_000_000 {
            let passed = if number % 10 == 0 { &large } else { &usual };
            note_twice(&cache, format!("{number:0100}").as_bytes(), passed);
        }
        let tokens = cache.tokens.as_ref().expect("a cache");
        assert!(tokens.len() > CAPACITY / 3, "{}", tokens.len());
        assert!(tokens.len() <= CAPACITY, "{}", tokens.len());
        let bytes: usize = tokens
            .iter()
            .map(|(Text(token), passed)| token.len() + passed.payload.bytes())
            .sum();
        assert!(bytes <= CAPACITY * Slots::BYTES, "{bytes}");
    }

    #[test]
    fn tokens_with_the_same_hash_are_told_apart() {
        #[derive(Clone)]
        struct Always;

        impl BuildHasher for Always {
            type Hasher = Self;

            fn build_hasher(&self) -> Self {
                Self
            }
        }

        impl Hasher for Always {
            fn finish(&self) -> u64 {
                7
            }

            fn write(&mut self, _: &[u8]) {}
        }

        let cache = TokenCache {
            tokens: Some(Cache::with(
                10,
                10,
                Slots,
                Always,
                DefaultLifecycle::default(),
            )),
            seen: SeenTokens::new(1),
        };
        let (_, one) = passed("one");
        let (_, other) = passed("other");
        note_twice(&cache, b"one", &one);
        assert!(cache.get(b"other", |_| true).is_none());
        note_twice(&cache, b"other", &other);
        let known = cache.get(b"one", |_| true).expect("the token");
        assert!(Arc::ptr_eq(&known, &one.payload));
    }
}
