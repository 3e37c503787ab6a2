//! Whether an issuer vouches for a token: form, key, signature, claims.

use std::{sync::Arc, time::SystemTime};

use super::Issuer;
use crate::{
    claims::ClaimSet,
    error::AuthErrorKind,
    jwks::{KeySet, MissingKey, Snapshot},
    observe::Stopwatch,
    token::{Fingerprint, MAX_SIGNATURE_BYTES, Token},
};

/// A token that its issuer vouches for.
pub(crate) struct Verified {
    pub(crate) claims: Arc<ClaimSet>,
    /// The key whose signature was checked; `None` if that was done before.
    pub(crate) checked_with: Option<Fingerprint>,
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
        let stopwatch = Stopwatch::start();
        let snapshot = self.keys.snapshot();
        let keys = snapshot.trusted(now);
        let cached = keys.and_then(|keys| self.tokens.get(text, |key| keys.holds(key)));
        let is_cached = cached.is_some();
        let verified = match cached {
            Some(claims) => self.verify_again(claims, now),
            None => self.verify_new(text, &snapshot, keys, now),
        };
        if !matches!(verified, Err(Unverified::KeyMissing(_))) {
            self.events.verified(stopwatch, verified.is_ok(), is_cached);
        }
        verified
    }

    fn verify_again(&self, claims: Arc<ClaimSet>, now: SystemTime) -> Result<Verified, Unverified> {
        self.validity.check(&claims, now)?;
        Ok(Verified {
            claims,
            checked_with: None,
        })
    }

    fn verify_new(
        &self,
        text: &[u8],
        snapshot: &Snapshot,
        keys: Option<&KeySet>,
        now: SystemTime,
    ) -> Result<Verified, Unverified> {
        let token = Token::split(text)?;
        let key = self.keys.find_key(snapshot, keys, &token)?;
        let mut buffer = [0; MAX_SIGNATURE_BYTES];
        // A malformed token is refused as such whether or not its key is there.
        let signed = token.decode(&mut buffer)?;
        let key = key.map_err(Unverified::KeyMissing)?;
        let payload = signed.verify(key).ok_or(Unverified::BadSignature)?;
        let report = |presented: Option<&str>| self.report_other_issuer(presented);
        let claims = ClaimSet::read(payload, &self.rules, report)?;
        let validity = self.validity.check(&claims, now);
        validity.inspect_err(|kind| self.report_times(*kind, &claims, now))?;
        Ok(Verified {
            claims: Arc::new(claims),
            checked_with: Some(key.fingerprint()),
        })
    }

    /// Remembers a token that this key has signed and a layer admits, so that its signature is not checked again.
    pub(crate) fn remember(&self, text: &[u8], key: Fingerprint, claims: &Arc<ClaimSet>) {
        self.events.accepted();
        self.tokens.note(text, key, claims);
    }
}

#[cfg(test)]
mod vectors;
