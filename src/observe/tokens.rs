//! What is logged of the tokens of one issuer that a mistake of configuration, or a clock, has refused.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tracing::{Level, debug, enabled, info, warn};

use super::{
    metrics::{Stopwatch, VerificationMetrics},
    throttle::Throttle,
};
use crate::error::{AuthErrorKind, Escaped};

/// From how many on tokens with unknown keys are a likely mistake, if no token was accepted so far.
const UNKNOWN_KEYS: u64 = 3;

/// Logs each kind of refusal of well-signed tokens as a warning once a minute.
#[derive(Debug)]
pub(crate) struct TokenEvents {
    /// Escaped.
    issuer: String,
    is_started: AtomicBool,
    warnings: Throttle<AuthErrorKind>,
    guesses: Throttle<()>,
    has_accepted: AtomicBool,
    unknown_keys: AtomicU64,
    verifications: VerificationMetrics,
}

/// Why a token with a good signature was refused.
pub(crate) struct Mismatch {
    pub(crate) expected: String,
    pub(crate) presented: String,
    pub(crate) cure: String,
}

impl TokenEvents {
    pub(crate) fn new(issuer: &Arc<str>) -> Self {
        Self {
            issuer: Escaped(issuer).to_string(),
            is_started: AtomicBool::new(false),
            warnings: Throttle::default(),
            guesses: Throttle::default(),
            has_accepted: AtomicBool::new(false),
            unknown_keys: AtomicU64::new(0),
            verifications: VerificationMetrics::default(),
        }
    }

    /// Logs once whose tokens are accepted, for which projects, and where the keys come from.
    pub(crate) fn started(&self, keys: &str, projects: impl FnOnce() -> Vec<String>) {
        // Loaded first, so that requests do not contend for it.
        if self.is_started.load(Ordering::Relaxed) || self.is_started.swap(true, Ordering::Relaxed)
        {
            return;
        }
        let (issuer, projects) = (&*self.issuer, projects());
        info!(
            issuer,
            ?projects,
            keys,
            "tokens of this issuer are accepted"
        );
    }

    /// Records how long it took to verify a token, with success or without, that was seen before or not.
    pub(crate) fn verified(&self, stopwatch: Stopwatch, is_success: bool, is_cached: bool) {
        self.verifications.record(stopwatch, is_success, is_cached);
    }

    /// Records that a token was accepted, whose signature was checked for it.
    pub(crate) fn accepted(&self) {
        if !self.has_accepted.load(Ordering::Relaxed) {
            self.has_accepted.store(true, Ordering::Relaxed);
        }
    }

    /// Logs a token with a good signature that was refused, with what was expected and what came.
    pub(crate) fn mismatched(&self, kind: AuthErrorKind, mismatch: impl FnOnce() -> Mismatch) {
        if !self.warnings.try_acquire(kind) {
            return;
        }
        let Mismatch {
            expected,
            presented,
            cure,
        } = mismatch();
        let issuer = &*self.issuer;
        warn!(
            issuer,
            kind = kind.as_str(),
            %expected,
            %presented,
            %cure,
            "a token with a good signature was refused: {}",
            kind.description()
        );
    }

    /// Logs a run of tokens that name unknown keys, while no token was accepted so far.
    pub(crate) fn key_unknown(&self, keys: &str) {
        if self.has_accepted.load(Ordering::Relaxed) {
            return;
        }
        let tokens = self.unknown_keys.fetch_add(1, Ordering::Relaxed) + 1;
        if tokens >= UNKNOWN_KEYS && self.warnings.try_acquire(AuthErrorKind::UnknownKey) {
            let issuer = &*self.issuer;
            warn!(
                issuer,
                keys,
                tokens,
                "no token was accepted so far, and these name keys that the issuer does not publish: check that the \
                 client's tokens are of this issuer and environment, and that the key URL is the issuer's"
            );
        }
    }

    /// Logs whose an unverified token with an unknown key may be, at `debug`, once a minute. A guess is a text of this
    /// crate, and none of the token.
    pub(crate) fn guess(&self, guess: impl FnOnce() -> Option<String>) {
        if enabled!(Level::DEBUG)
            && self.guesses.try_acquire(())
            && let Some(guess) = guess()
        {
            let issuer = &*self.issuer;
            debug!(
                issuer,
                "a token with an unknown key says, unverified, that {guess}"
            );
        }
    }
}
