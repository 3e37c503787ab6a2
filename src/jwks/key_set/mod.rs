//! An immutable set of public keys, parsed once.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::key_document::{KeyDocument, KeySetError};
use crate::{
    observe::{KeyChanges, KeyEvents},
    token::{self, Algorithm, Fingerprint, KeyMaterial, PublicKey},
};

/// The usable keys of a key document, by `kid`.
pub(crate) struct KeySet {
    algorithm: Algorithm,
    keys: BTreeMap<String, Arc<PublicKey>>,
    ambiguous: Vec<String>,
    /// The same keys by the header of the issuer's tokens, for comparison byte for byte. The list is short.
    by_header: Vec<(Vec<u8>, Arc<PublicKey>)>,
}

impl KeySet {
    /// Reads the keys of a document that are for this algorithm. Keys that `previous` also holds are taken from it.
    pub(crate) fn parse(
        document: &[u8],
        algorithm: Algorithm,
        previous: Option<&Self>,
    ) -> Result<Self, KeySetError> {
        let document = KeyDocument::read(document, algorithm)?;
        let ambiguous = document.ambiguous();
        KeyEvents::configured_keys_read(algorithm.name(), &ambiguous, &document.skipped);
        Self::from_document(document, algorithm, previous)
    }

    /// Parses the keys of a document. Keys that `previous` also holds are taken from it, so they stay the same objects.
    pub(super) fn from_document(
        document: KeyDocument,
        algorithm: Algorithm,
        previous: Option<&Self>,
    ) -> Result<Self, KeySetError> {
        let mut set = Self {
            algorithm,
            keys: BTreeMap::new(),
            ambiguous: Vec::new(),
            by_header: Vec::new(),
        };
        for (key_id, material) in document.keys {
            let Some(material) = material else {
                set.ambiguous.push(key_id);
                continue;
            };
            let known = previous.and_then(|previous| previous.keys.get(&key_id));
            // `jwk` has already skipped and logged unusable entries, so this does not happen.
            let Some(key) = keep_or_parse(known, &key_id, &material) else {
                continue;
            };
            if let Some(header) = token::issuer_header(algorithm, &key_id) {
                set.by_header.push((header, Arc::clone(&key)));
            }
            set.keys.insert(key_id, key);
        }
        if set.keys.is_empty() {
            return Err(KeySetError::NoUsableKey(algorithm));
        }
        Ok(set)
    }

    /// Returns the algorithm of the keys.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the key whose tokens have exactly this header, as the issuer writes it. This is the fast path.
    pub(crate) fn by_header(&self, header: &[u8]) -> Option<&PublicKey> {
        let mut known = self.by_header.iter();
        let (_, key) = known.find(|(known, _)| known == header)?;
        Some(key)
    }

    pub(crate) fn get(&self, key_id: &str) -> Option<&PublicKey> {
        self.keys.get(key_id).map(|key| &**key)
    }

    /// Returns `true` if this exact key is in the set, under its ID.
    pub(crate) fn holds(&self, key: Fingerprint) -> bool {
        self.keys.values().any(|held| held.fingerprint() == key)
    }

    /// Returns `true` if every key of `other` is in this set too.
    pub(super) fn holds_all(&self, other: &Self) -> bool {
        other.keys.values().all(|key| self.holds(key.fingerprint()))
    }

    /// Returns the changes from the set that this set replaces.
    pub(super) fn changes_from(&self, previous: &Self) -> KeyChanges {
        let mut changes = KeyChanges::default();
        for (key_id, key) in &self.keys {
            match previous.keys.get(key_id) {
                None => changes.added.push(key_id.clone()),
                Some(known) if !Arc::ptr_eq(key, known) => changes.replaced.push(key_id.clone()),
                Some(_) => (),
            }
        }
        let is_removed = |key_id: &&String| !self.keys.contains_key(*key_id);
        changes.removed = previous.keys.keys().filter(is_removed).cloned().collect();
        changes
    }

    /// Returns the IDs that stand for several keys in the document, sorted. Their keys are not in the set.
    pub(super) fn ambiguous(&self) -> &[String] {
        &self.ambiguous
    }

    /// Returns the IDs of the keys, sorted.
    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.keys.keys().cloned().collect()
    }
}

/// Writes the IDs of the keys.
impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}

fn keep_or_parse(
    known: Option<&Arc<PublicKey>>,
    key_id: &str,
    material: &KeyMaterial,
) -> Option<Arc<PublicKey>> {
    if let Some(key) = known
        && key.fingerprint() == Fingerprint::of(key_id, material)
    {
        return Some(Arc::clone(key));
    }
    PublicKey::new(key_id, material).map(Arc::new)
}

#[cfg(test)]
mod tests;
