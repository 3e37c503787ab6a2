//! Which key a token names.

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
    /// Finds the key that a token names among the `trusted` ones of a snapshot, if its header is in order.
    pub(crate) fn find_key<'k>(
        &self,
        snapshot: &Snapshot,
        trusted: Option<&'k KeySet>,
        token: &Token<'_>,
    ) -> Result<Result<&'k PublicKey, MissingKey>, AuthErrorKind> {
        // The header that the issuer writes is compared as it stands: to read JSON takes much longer.
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
