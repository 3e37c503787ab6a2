//! Whether an issuer vouches for a token: form, key, signature, claims.

use std::{sync::Arc, time::SystemTime};

use super::Issuer;
use crate::{
    claims::ClaimSet,
    error::AuthErrorKind,
    jwks::{KeySet, MissingKey, Need},
    token::{Fingerprint, MAX_SIGNATURE_BYTES, PublicKey, Token},
};

/// A token that its issuer vouches for.
#[derive(Clone)]
pub(crate) struct Verified {
    pub(crate) claims: Arc<ClaimSet>,
    /// Which key signed it.
    pub(super) key: Fingerprint,
    pub(super) is_cached: bool,
}

/// Why an issuer does not vouch for a token.
pub(crate) enum Unverified {
    Refused(AuthErrorKind),
    /// The signature does not fit the key, which may have changed under its id.
    BadSignature,
    /// The token can be verified once its key is there.
    KeyMissing(MissingKey),
}

impl From<AuthErrorKind> for Unverified {
    fn from(kind: AuthErrorKind) -> Self {
        Self::Refused(kind)
    }
}

/// Pure and synchronous, without I/O or a lock. Nothing is compared with a secret, so that there is no timing to
/// hide: the keys are public, and all else is the token's own.
impl Issuer {
    /// Verifies a token. The form and the signature of a token that was [remembered](Self::remember) are good; its
    /// times are checked again.
    pub(crate) fn verify(&self, text: &[u8], now: SystemTime) -> Result<Verified, Unverified> {
        let snapshot = self.keys.snapshot();
        let keys = snapshot.trusted(now);
        let cached = keys.and_then(|keys| self.tokens.get(text, |key| keys.holds(key)));
        if let Some(verified) = cached {
            self.validity.check(&verified.claims, now)?;
            return Ok(verified);
        }
        let token = Token::split(text)?;
        let lookup = self.find_key(keys, &token)?;
        let mut buffer = [0; MAX_SIGNATURE_BYTES];
        // A malformed token is refused as such whether or not its key is there.
        let signed = token.decode(&mut buffer)?;
        let key = match lookup {
            Lookup::Found(key) => key,
            Lookup::Missing(need, key_id) => {
                return Err(Unverified::KeyMissing(snapshot.missing(need, key_id)));
            }
        };
        let payload = signed.verify(key).ok_or(Unverified::BadSignature)?;
        let claims = ClaimSet::read(payload, &self.rules)?;
        self.validity.check(&claims, now)?;
        Ok(Verified {
            claims: Arc::new(claims),
            key: key.fingerprint(),
            is_cached: false,
        })
    }

    /// Remembers a verified token that a layer admits, so that its signature is not checked again.
    pub(crate) fn remember(&self, text: &[u8], verified: Verified) {
        if !verified.is_cached {
            self.tokens.note(text, verified);
        }
    }

    /// Finds the key that a token names, if its header is in order.
    fn find_key<'k>(
        &self,
        keys: Option<&'k KeySet>,
        token: &Token<'_>,
    ) -> Result<Lookup<'k>, AuthErrorKind> {
        // The header that the issuer writes is compared as it stands: to read JSON takes much longer.
        if let Some(key) = keys.and_then(|keys| keys.by_header(token.header())) {
            return Ok(Lookup::Found(key));
        }
        let key_id = token.key_id(self.kind.algorithm())?;
        Ok(match keys.map(|keys| keys.get(&key_id)) {
            Some(Some(key)) => Lookup::Found(key),
            Some(None) => Lookup::Missing(Need::NamedKey, key_id),
            None => Lookup::Missing(Need::AnyKeys, key_id),
        })
    }
}

enum Lookup<'k> {
    Found(&'k PublicKey),
    Missing(Need, String),
}

#[cfg(test)]
mod vectors;
