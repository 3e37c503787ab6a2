//! Events for tokens that are refused because of a wrong configuration or clock.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tracing::{Level, debug, enabled, info, warn};

use super::{
    metrics::{Stopwatch, VerificationMetrics},
    throttle::Throttle,
};
use crate::error::{AuthErrorKind, Escaped};

/// If no token was accepted so far, this many tokens with unknown keys are probably a wrong configuration.
const UNKNOWN_KEYS: u64 = 3;

/// Logs refused tokens with a good signature as a warning, each kind at most once a minute.
#[derive(Debug)]
pub(crate) struct TokenEvents {
    /// The escaped URL of the issuer.
    issuer: String,
    /// The projects that were named in an event.
    announced: Mutex<Vec<String>>,
    warnings: Throttle<AuthErrorKind>,
    guesses: Throttle<()>,
    has_accepted: AtomicBool,
    /// Whether a token was valid since the last look, which shows that the clock is right.
    has_verified: AtomicBool,
    /// Whether an expired token was logged.
    has_logged_expired: AtomicBool,
    unknown_keys: AtomicU64,
    verifications: VerificationMetrics,
}

/// Why a token with a good signature was refused.
pub(crate) struct Mismatch {
    pub(crate) expected: String,
    pub(crate) presented: String,
    pub(crate) cure: String,
}

/// Returns `true` if somebody reads the events that [`TokenEvents::started`] logs. Before an application sets its
/// subscriber, nobody does.
pub(crate) fn logs_starts() -> bool {
    enabled!(Level::INFO)
}

impl TokenEvents {
    pub(crate) fn new(issuer: &Arc<str>) -> Self {
        Self {
            issuer: Escaped(issuer).to_string(),
            announced: Mutex::default(),
            warnings: Throttle::default(),
            guesses: Throttle::default(),
            has_accepted: AtomicBool::new(false),
            has_verified: AtomicBool::new(false),
            has_logged_expired: AtomicBool::new(false),
            unknown_keys: AtomicU64::new(0),
            verifications: VerificationMetrics::default(),
        }
    }

    /// Logs which issuer and projects are trusted, and where the keys come from. Names each project once.
    pub(crate) fn started(&self, keys: &str, projects: &[String]) {
        let projects = self.not_announced(projects);
        if projects.is_empty() {
            return;
        }
        let issuer = &*self.issuer;
        info!(
            issuer,
            ?projects,
            keys,
            "tokens of this issuer are accepted"
        );
    }

    /// Returns the projects that were not announced so far, which now count as announced.
    fn not_announced(&self, projects: &[String]) -> Vec<String> {
        let announced = self.announced.lock();
        let mut announced = announced.unwrap_or_else(PoisonError::into_inner);
        let is_new = |project: &&String| !announced.contains(*project);
        let new: Vec<_> = projects.iter().filter(is_new).cloned().collect();
        announced.extend_from_slice(&new);
        new
    }

    /// Records how long the verification of a token took, whether it succeeded, and whether the token was cached.
    pub(crate) fn verified(&self, stopwatch: Stopwatch, is_success: bool, is_cached: bool) {
        self.verifications.record(stopwatch, is_success, is_cached);
        // A load first, because a store at each request would contend.
        if is_success && !self.has_verified.load(Ordering::Relaxed) {
            self.has_verified.store(true, Ordering::Relaxed);
        }
    }

    /// Records that a token was accepted after its signature was checked.
    pub(crate) fn accepted(&self) {
        if !self.has_accepted.load(Ordering::Relaxed) {
            self.has_accepted.store(true, Ordering::Relaxed);
        }
    }

    /// Logs a refused token with a good signature: the expected value, the value in the token, and the cure.
    ///
    /// Clients send expired tokens every day. After the first, they are logged only if no other token was valid in the
    /// last minute, which may be the fault of a clock that is ahead.
    pub(crate) fn mismatched(&self, kind: AuthErrorKind, mismatch: impl FnOnce() -> Mismatch) {
        if !self.warnings.try_acquire(kind) {
            return;
        }
        if kind == AuthErrorKind::Expired {
            let is_clock_right = self.has_verified.swap(false, Ordering::Relaxed);
            if self.has_logged_expired.swap(true, Ordering::Relaxed) && is_clock_right {
                return;
            }
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

    /// Counts a token that names an unknown key. Logs a warning if there are several, and no token was accepted so far.
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
                "no token was accepted so far, and the tokens name keys that the issuer does not publish: check that the \
                 client uses this issuer and environment, and that the key URL belongs to the issuer"
            );
        }
    }

    /// Logs at `debug`, at most once a minute, which issuer a token with an unknown key may belong to. The token is
    /// unverified, so the text of the guess comes from this crate, never from the token.
    pub(crate) fn guess(&self, guess: impl FnOnce() -> Option<String>) {
        if enabled!(Level::DEBUG)
            && self.guesses.try_acquire(())
            && let Some(guess) = guess()
        {
            let issuer = &*self.issuer;
            debug!(
                issuer,
                "an unverified token with an unknown key says that {guess}"
            );
        }
    }
}
