//! The cache of verified tokens, which saves the signature check of a player's next request.

mod seen_tokens;

use std::{
    fmt,
    hash::{BuildHasher, Hash, Hasher},
    sync::Arc,
};

use quick_cache::{DefaultHashBuilder, Equivalent, Weighter, sync::Cache};

use self::seen_tokens::SeenTokens;
use crate::{claims::ClaimSet, jwks::KeySet, token::Fingerprint};

/// Maps the exact bytes of a verified token to its key and its claims.
///
/// A hit replaces only the checks of form and signature. Times and policy are checked on every request. The comparison
/// covers the whole token, and the hash has a random seed.
pub(super) struct TokenCache<H = DefaultHashBuilder> {
    /// `None` if the cache is off.
    tokens: Option<Cache<Text, CachedToken, Slots, H>>,
    seen: SeenTokens,
}

impl TokenCache {
    /// Creates a cache for up to `capacity` tokens of the usual size. With 0, the cache is off.
    pub(super) fn new(capacity: usize) -> Self {
        let tokens = (capacity > 0).then(|| Cache::with_weighter(capacity, capacity as u64, Slots));
        let seen = SeenTokens::new(capacity);
        Self { tokens, seen }
    }
}

impl<H: BuildHasher + Clone> TokenCache<H> {
    /// Returns the claims of a cached token if the key that signed the token is `still_trusted`.
    pub(super) fn get(
        &self,
        token: &[u8],
        still_trusted: impl FnOnce(Fingerprint) -> bool,
    ) -> Option<Arc<ClaimSet>> {
        let cached = self.tokens.as_ref()?.get(&TextRef(token))?;
        still_trusted(cached.key).then_some(cached.claims)
    }

    /// Records a token that a layer has admitted, and caches it on the second call. Many clients get a new token for
    /// each request, and such tokens would only fill the cache.
    ///
    /// The caller does not pass a token whose claims the layer refuses. Checks that depend on the request (nonce, first
    /// use, predicates) run later, and do not affect the cache.
    pub(super) fn note(&self, token: &[u8], key: Fingerprint, claims: &Arc<ClaimSet>) {
        if let Some(tokens) = &self.tokens
            && self.seen.note(TextRef(token))
        {
            let claims = Arc::clone(claims);
            tokens.insert(Text(token.into()), CachedToken { key, claims });
        }
    }

    /// Drops the tokens whose key is no longer in the set.
    pub(super) fn retain(&self, keys: &KeySet) {
        if let Some(tokens) = &self.tokens {
            tokens.retain(|_, cached| keys.holds(cached.key));
        }
    }
}

/// The claims of a token, and the key that signed it.
#[derive(Clone)]
struct CachedToken {
    key: Fingerprint,
    claims: Arc<ClaimSet>,
}

/// The text of a token in the cache.
#[derive(Clone, PartialEq, Eq)]
struct Text(Box<[u8]>);

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        TextRef(&self.0).hash(state);
    }
}

/// The text of a token that may be in the cache.
struct TextRef<'a>(&'a [u8]);

impl Equivalent<Text> for TextRef<'_> {
    fn equivalent(&self, Text(token): &Text) -> bool {
        **token == *self.0
    }
}

/// Hashes only the end of the signature, which distinguishes tokens as well as the whole text: a client cannot choose
/// it, and the cache holds only tokens with a valid signature.
impl Hash for TextRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        const BYTES: usize = 32;
        let end = self.0.last_chunk::<BYTES>();
        state.write(end.map_or(self.0, |end| end));
    }
}

/// Writes the number of cached tokens.
impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.tokens.as_ref().map(Cache::len);
        f.debug_tuple("TokenCache").field(&count).finish()
    }
}

/// Weighs a token in slots of 3 KiB, the size of a usual token with its claims. A limit on slots is thus a limit on
/// both tokens and bytes.
#[derive(Clone)]
struct Slots;

impl Slots {
    const BYTES: usize = 3 * 1024;
}

impl Weighter<Text, CachedToken> for Slots {
    fn weight(&self, Text(token): &Text, cached: &CachedToken) -> u64 {
        let bytes = token.len() + size_of::<(Text, CachedToken)>() + cached.claims.bytes();
        bytes.div_ceil(Self::BYTES) as u64
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::{
        hash::Hasher,
        time::{Duration, SystemTime},
    };

    use quick_cache::sync::DefaultLifecycle;

    use super::*;
    use crate::{
        issuer::{Issuer, test_issuer::key_set},
        testing::LocalIssuer,
    };

    /// A verified token with a custom claim, and the keys of its issuer.
    fn signed(custom: &str) -> (KeySet, CachedToken) {
        let local = LocalIssuer::new();
        let token = local.token().claim("custom", custom).mint();
        let issuer = Issuer::fixed(local.url(), &local.jwks(), Duration::ZERO, Duration::MAX);
        let Ok(verified) = issuer.verify(token.as_bytes(), SystemTime::now()) else {
            unreachable!("the token is the issuer's");
        };
        let key = verified.checked_with.expect("its signature was checked");
        let claims = verified.claims;
        (key_set(&local.jwks()), CachedToken { key, claims })
    }

    fn note<H: BuildHasher + Clone>(cache: &TokenCache<H>, token: &[u8], signed: &CachedToken) {
        cache.note(token, signed.key, &signed.claims);
    }

    fn note_twice<H: BuildHasher + Clone>(
        cache: &TokenCache<H>,
        token: &[u8],
        signed: &CachedToken,
    ) {
        for _ in 0..2 {
            note(cache, token, signed);
        }
    }

    fn count(cache: &TokenCache) -> usize {
        cache.tokens.as_ref().map_or(0, Cache::len)
    }

    #[test]
    fn repeated_token_of_a_trusted_key_is_cached() {
        let (keys, signed) = signed("");
        let cache = TokenCache::new(10);
        note(&cache, b"token", &signed);
        assert!(cache.get(b"token", |key| keys.holds(key)).is_none());
        note(&cache, b"token", &signed);
        assert!(cache.get(b"token", |key| keys.holds(key)).is_some());
        assert!(cache.get(b"token", |_| false).is_none());
        assert!(cache.get(b"toke", |_| true).is_none());
        cache.retain(&keys);
        assert_eq!(count(&cache), 1);
        cache.retain(&key_set(&LocalIssuer::new().jwks()));
        assert_eq!(count(&cache), 0);
    }

    #[test]
    fn cache_without_capacity_is_off() {
        let cache = TokenCache::new(0);
        note_twice(&cache, b"token", &signed("").1);
        assert!(cache.get(b"token", |_| true).is_none());
    }

    #[test]
    fn large_token_takes_more_slots() {
        let weigh = |custom: &str| Slots.weight(&Text(Box::from(*b"token")), &signed(custom).1);
        assert_eq!(weigh(""), 1);
        assert_eq!(weigh(&"x".repeat(3 * 1024)), 2);
    }

    #[test]
    fn million_tokens_stay_within_the_capacity() {
        const CAPACITY: usize = 200;
        let (_, usual) = signed("");
        let (_, large) = signed(&"x".repeat(4 * 1024));
        let cache = TokenCache::new(CAPACITY);
        for number in 0..1_000_000 {
            let signed = if number % 10 == 0 { &large } else { &usual };
            note_twice(&cache, format!("{number:0100}").as_bytes(), signed);
        }
        let tokens = cache.tokens.as_ref().expect("a cache");
        assert!(tokens.len() > CAPACITY / 3, "{}", tokens.len());
        assert!(tokens.len() <= CAPACITY, "{}", tokens.len());
        let bytes: usize = tokens
            .iter()
            .map(|(Text(token), signed)| token.len() + signed.claims.bytes())
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
        let (_, one) = signed("one");
        let (_, other) = signed("other");
        note_twice(&cache, b"one", &one);
        assert!(cache.get(b"other", |_| true).is_none());
        note_twice(&cache, b"other", &other);
        let known = cache.get(b"one", |_| true).expect("the token");
        assert!(Arc::ptr_eq(&known, &one.claims));
    }
}
