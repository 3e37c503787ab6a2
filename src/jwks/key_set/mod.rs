//! An immutable set of public keys, parsed once.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
    sync::Arc,
};

use serde::de::MapAccess;
use serde_json::value::RawValue;
use tracing::{debug, warn};

use super::jwk;
use crate::{
    encoding::json::{self, Members},
    token::{self, Fingerprint, RsaComponents, VerifyingKey},
};

/// How many keys a document may hold (the issuer publishes one).
const MAX_KEYS: usize = 128;

/// The usable keys of one key document, by `kid`.
pub(crate) struct KeySet {
    keys: BTreeMap<String, Arc<VerifyingKey>>,
    ambiguous: Vec<String>,
    /// The same ones by the headers of the issuer's tokens: a few, each soon told from the others.
    by_header: Vec<(Vec<u8>, Arc<VerifyingKey>)>,
}

impl KeySet {
    /// Reads a key document; keys that `previous` holds too are taken from it.
    pub(crate) fn parse(document: &[u8], previous: Option<&Self>) -> Result<Self, KeySetError> {
        let document = KeyDocument::read(document)?;
        warn_of_ambiguous(document.ambiguous().iter());
        document.into_keys(previous)
    }

    /// Finds the key of a token whose header is that of the issuer's tokens by it.
    pub(crate) fn by_header(&self, header: &[u8]) -> Option<&VerifyingKey> {
        let mut usual = self.by_header.iter();
        let (_, key) = usual.find(|(usual, _)| usual == header)?;
        Some(key)
    }

    pub(crate) fn get(&self, key_id: &str) -> Option<&VerifyingKey> {
        self.keys.get(key_id).map(|key| &**key)
    }

    /// Tells whether this very key is in the set, under its id.
    pub(crate) fn holds(&self, key: Fingerprint) -> bool {
        self.keys.values().any(|held| held.fingerprint() == key)
    }

    /// Tells whether every key of `other` is in this set too.
    pub(crate) fn holds_all(&self, other: &Self) -> bool {
        other.keys.values().all(|key| self.holds(key.fingerprint()))
    }

    /// Compares with the set that this one replaces.
    pub(crate) fn changes_from(&self, previous: &Self) -> KeyChanges {
        let (known, added) = self
            .key_ids()
            .into_iter()
            .partition(|key_id| previous.keys.contains_key(key_id));
        let mut removed = previous.key_ids();
        removed.retain(|key_id| !self.keys.contains_key(key_id));
        let mut replaced: Vec<_> = known;
        // Both sets have what is known.
        replaced.retain(|key_id| !Arc::ptr_eq(&self.keys[key_id], &previous.keys[key_id]));
        KeyChanges {
            added,
            removed,
            replaced,
        }
    }

    /// Returns the ids in the document that stand for several keys, none of which is in the set; sorted.
    pub(crate) fn ambiguous(&self) -> &[String] {
        &self.ambiguous
    }

    /// Returns the ids of the keys, sorted.
    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.keys.keys().cloned().collect()
    }
}

/// What is different between two key sets, by key id, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyChanges {
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
    /// Other keys under the same ids.
    pub(crate) replaced: Vec<String>,
}

impl KeyChanges {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.key_ids()).finish()
    }
}

/// Why a document gives no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySetError {
    NotJson,
    NoKeys,
    TooManyKeys,
    NoUsableKey,
}

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("it is not a JSON object with an array `keys`"),
            Self::NoKeys => f.write_str("it has no member `keys`"),
            Self::TooManyKeys => write!(f, "it holds more than {MAX_KEYS} keys"),
            Self::NoUsableKey => f.write_str("it holds no usable RS256 key"),
        }
    }
}

impl std::error::Error for KeySetError {}

/// A JSON Web Key Set (RFC 7517 §5), its usable keys by id.
pub(crate) struct KeyDocument {
    /// `None`: several keys have this id, and to choose between them would be a guess.
    keys: BTreeMap<String, Option<RsaComponents>>,
}

impl KeyDocument {
    /// Reads a document. Keys that cannot be used are skipped one by one.
    pub(crate) fn read(document: &[u8]) -> Result<Self, KeySetError> {
        let text = str::from_utf8(document).map_err(|_| KeySetError::NotJson)?;
        let document = json::read(text, Entries::default()).map_err(|_| KeySetError::NotJson)?;
        let entries = document.keys.ok_or(KeySetError::NoKeys)?;
        if entries.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        Ok(Self {
            keys: by_id(usable(&entries)),
        })
    }

    /// Returns the ids that stand for several keys, sorted.
    pub(crate) fn ambiguous(&self) -> Vec<String> {
        let ambiguous = self.keys.iter().filter(|(_, key)| key.is_none());
        ambiguous.map(|(key_id, _)| key_id.clone()).collect()
    }

    /// Parses the keys. Those that `previous` holds too are taken from it, so that they stay the same objects.
    pub(crate) fn into_keys(self, previous: Option<&KeySet>) -> Result<KeySet, KeySetError> {
        let ambiguous = self.ambiguous();
        let usable = self.keys.into_iter();
        let keys: BTreeMap<_, _> = usable
            .filter_map(|(key_id, components)| {
                let known = previous.and_then(|previous| previous.keys.get(&key_id));
                let key = keep_or_parse(known, &key_id, &components?)?;
                Some((key_id, key))
            })
            .collect();
        if keys.is_empty() {
            return Err(KeySetError::NoUsableKey);
        }
        let by_header = keys
            .iter()
            .filter_map(|(key_id, key)| Some((token::usual(key_id)?, Arc::clone(key))))
            .collect();
        Ok(KeySet {
            keys,
            ambiguous,
            by_header,
        })
    }
}

/// Warns of ids that stand for several keys, if there are any.
pub(crate) fn warn_of_ambiguous<'a>(key_ids: impl Iterator<Item = &'a String>) {
    let key_ids: Vec<_> = key_ids.collect();
    if !key_ids.is_empty() {
        warn!(?key_ids, "two keys have the same id; none of them is used");
    }
}

#[derive(Default)]
struct Entries<'de> {
    keys: Option<Vec<&'de RawValue>>,
}

impl<'de> Members<'de> for Entries<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "keys" {
            return Ok(false);
        }
        self.keys = Some(map.next_value()?);
        Ok(true)
    }
}

fn usable(entries: &[&RawValue]) -> impl Iterator<Item = (String, RsaComponents)> {
    entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| match jwk::read(entry.get()) {
            Ok(key) => Some(key),
            Err(reason) => {
                debug!(index, reason, "skipping an unusable key");
                None
            }
        })
}

/// Keeps a key that comes twice, and none of several keys under one id.
fn by_id(
    keys: impl Iterator<Item = (String, RsaComponents)>,
) -> BTreeMap<String, Option<RsaComponents>> {
    let mut by_id = BTreeMap::new();
    for (key_id, components) in keys {
        match by_id.entry(key_id) {
            Entry::Vacant(entry) => {
                entry.insert(Some(components));
            }
            Entry::Occupied(mut entry) if entry.get().as_ref() != Some(&components) => {
                entry.insert(None);
            }
            Entry::Occupied(_) => (),
        }
    }
    by_id
}

fn keep_or_parse(
    known: Option<&Arc<VerifyingKey>>,
    key_id: &str,
    components: &RsaComponents,
) -> Option<Arc<VerifyingKey>> {
    if let Some(key) = known
        && key.fingerprint() == Fingerprint::of(key_id, components)
    {
        return Some(Arc::clone(key));
    }
    VerifyingKey::new(key_id, components).map(Arc::new)
}

#[cfg(test)]
mod tests;
