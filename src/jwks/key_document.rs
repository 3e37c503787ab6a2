//! A whole key document: its entries, and one key per ID.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::jwk;
use crate::{
    defaults::LIMIT_KEYS,
    encoding::json::{self, Members},
    token::{Algorithm, KeyMaterial},
};

/// A JSON Web Key Set (RFC 7517 §5): its usable keys by ID.
pub(super) struct KeyDocument {
    /// `None` if several keys have this ID: to choose between them would be a guess.
    pub(super) keys: BTreeMap<String, Option<KeyMaterial>>,
    /// The entries that cannot be used: their indices, and why.
    pub(super) skipped: Vec<(usize, &'static str)>,
}

impl KeyDocument {
    /// Reads a document. Skips each key that cannot be used.
    pub(super) fn read(document: &[u8], algorithm: Algorithm) -> Result<Self, KeySetError> {
        let (mut keys, mut skipped) = (BTreeMap::new(), Vec::new());
        for (index, entry) in entries(document)?.into_iter().enumerate() {
            let (key_id, material) = match jwk::read(entry.get(), algorithm) {
                Ok(key) => key,
                Err(reason) => {
                    skipped.push((index, reason));
                    continue;
                }
            };
            match keys.entry(key_id) {
                Entry::Vacant(entry) => {
                    entry.insert(Some(material));
                }
                // The same key again, perhaps encoded in another way.
                Entry::Occupied(entry) if entry.get().as_ref() == Some(&material) => (),
                Entry::Occupied(mut entry) => {
                    entry.insert(None);
                }
            }
        }
        Ok(Self { keys, skipped })
    }

    /// Returns the IDs that stand for several keys, sorted.
    pub(super) fn ambiguous(&self) -> Vec<String> {
        let ambiguous = self.keys.iter().filter(|(_, key)| key.is_none());
        ambiguous.map(|(key_id, _)| key_id.clone()).collect()
    }
}

fn entries(document: &[u8]) -> Result<Vec<&RawValue>, KeySetError> {
    let text = str::from_utf8(document).map_err(|_| KeySetError::NotJson)?;
    let document = json::read(text, Document::default()).map_err(|_| KeySetError::NotJson)?;
    let entries = document.keys.ok_or(KeySetError::NoKeys)?;
    if entries.len() > LIMIT_KEYS {
        return Err(KeySetError::TooManyKeys);
    }
    Ok(entries)
}

#[derive(Default)]
struct Document<'de> {
    keys: Option<Vec<&'de RawValue>>,
}

impl<'de> Members<'de> for Document<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "keys" {
            return Ok(false);
        }
        self.keys = Some(map.next_value()?);
        Ok(true)
    }
}

/// Why a document does not yield a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySetError {
    NotJson,
    NoKeys,
    TooManyKeys,
    NoUsableKey(Algorithm),
}

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("it is not a JSON object with an array `keys`"),
            Self::NoKeys => f.write_str("it has no member `keys`"),
            Self::TooManyKeys => write!(f, "it holds more than {LIMIT_KEYS} keys"),
            Self::NoUsableKey(algorithm) => {
                write!(f, "it holds no usable {} key", algorithm.name())
            }
        }
    }
}

impl std::error::Error for KeySetError {}
