//! The verification of a token for an issuer: form, key, signature, claims.

use std::{sync::Arc, time::SystemTime};

use super::Issuer;
use crate::{
    claims::ClaimSet,
    error::AuthErrorKind,
    jwks::{KeySet, MissingKey, Snapshot},
    observe::Stopwatch,
    token::{Fingerprint, MAX_SIGNATURE_BYTES, Token},
};

/// A verified token.
pub(crate) struct Verified {
    pub(crate) claims: Arc<ClaimSet>,
    /// The key that verified the signature, or `None` if the token was in the cache.
    pub(crate) checked_with: Option<Fingerprint>,
}

/// The reason why a token is not verified.
pub(crate) enum Unverified {
    Refused(AuthErrorKind),
    /// The algorithm is not the issuer's. The token may be of another issuer that the layer trusts.
    OtherAlgorithm(OtherAlgorithm),
    /// The signature does not match the key. The issuer may have replaced the key under the same ID.
    BadSignature,
    /// The key is missing. The token can be verified after the key was fetched.
    KeyMissing(MissingKey),
}

/// A verification that ended with the algorithm of a token. It is not recorded yet.
pub(crate) struct OtherAlgorithm(Stopwatch);

impl From<AuthErrorKind> for Unverified {
    fn from(kind: AuthErrorKind) -> Self {
        Self::Refused(kind)
    }
}

/// Synchronous and without I/O. The only lock is that of a shard of the token cache. Constant-time comparison is not
/// needed: the keys are public, and every other value comes from the token.
impl Issuer {
    /// Verifies a token. For a [cached](Self::remember) token, only the times are checked.
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
        match verified {
            Err(Unverified::KeyMissing(_)) => (),
            Err(Unverified::Refused(AuthErrorKind::UnsupportedAlgorithm)) => {
                return Err(Unverified::OtherAlgorithm(OtherAlgorithm(stopwatch)));
            }
            _ => self.events.verified(stopwatch, verified.is_ok(), is_cached),
        }
        verified
    }

    /// Refuses a token whose algorithm belongs to no trusted issuer, and records this as the result of its verification.
    pub(crate) fn refuse_algorithm(
        &self,
        OtherAlgorithm(stopwatch): OtherAlgorithm,
    ) -> AuthErrorKind {
        self.events.verified(stopwatch, false, false);
        AuthErrorKind::UnsupportedAlgorithm
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
        // Before the check for a missing key: a malformed token is refused as malformed in either case.
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

    /// Offers a verified token to the cache after a layer has admitted it, to skip the check of its signature next
    /// time.
    pub(crate) fn remember(&self, text: &[u8], key: Fingerprint, claims: &Arc<ClaimSet>) {
        self.events.accepted();
        self.tokens.note(text, key, claims);
    }
}

#[cfg(test)]
mod vectors;
