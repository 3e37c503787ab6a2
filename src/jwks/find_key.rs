//! Finding the key that a token names.

use super::{
    key_set::KeySet,
    keys::Keys,
    missing_key::{MissingKey, Need},
    snapshot::Snapshot,
};
use crate::{
    error::AuthErrorKind,
    token::{PublicKey, Token},
};

impl Keys {
    /// Finds the key that a token names in `trusted`, the trusted keys of a snapshot. Refuses a token with a bad
    /// header.
    pub(crate) fn find_key<'k>(
        &self,
        snapshot: &Snapshot,
        trusted: Option<&'k KeySet>,
        token: &Token<'_>,
    ) -> Result<Result<&'k PublicKey, MissingKey>, AuthErrorKind> {
        // The issuer's own header is compared byte for byte, which is much faster than parsing JSON.
        if let Some(key) = trusted.and_then(|keys| keys.by_header(token.header())) {
            return Ok(Ok(key));
        }
        let key_id = token.key_id(self.algorithm())?;
        Ok(match trusted.map(|keys| keys.get(&key_id)) {
            Some(Some(key)) => Ok(key),
            Some(None) => Err(snapshot.missing(Need::NamedKey, key_id)),
            None => Err(snapshot.missing(Need::AnyKeys, key_id)),
        })
    }
}
