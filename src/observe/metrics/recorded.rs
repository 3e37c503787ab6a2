//! The metrics: names, units, labels and handles. A handle is created at its first use, so a recorder that was
//! installed earlier receives it.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::{Instant, SystemTime},
};

use metrics::{
    Counter, Gauge, Histogram, SharedString, Unit, counter, describe_counter, describe_gauge,
    describe_histogram, gauge, histogram,
};

use crate::{
    error::{AuthErrorKind, FetchErrorKind},
    observe::{source_kind::SourceKind, verdict::Verdict},
};

const REQUESTS: &str = "sequence_auth_requests_total";
const DURATION: &str = "sequence_auth_verification_duration_seconds";
const LAST_SUCCESS: &str = "sequence_auth_keys_last_success_timestamp_seconds";
const FETCHES: &str = "sequence_auth_key_fetches_total";
const WAITING: &str = "sequence_auth_waiting_requests";
const USES: &str = "sequence_auth_one_time_uses_total";

/// The six kinds of sources, and "none".
const SOURCES: usize = 7;

/// A handle for each kind of source.
type BySource = [OnceLock<Counter>; SOURCES];

/// Counts requests by outcome.
pub(crate) struct RequestMetrics {
    success: BySource,
    anonymous: BySource,
    failures: [BySource; AuthErrorKind::ALL.len()],
}

impl RequestMetrics {
    /// Counts a request whose token came from this kind of source.
    pub(crate) fn count(&self, verdict: Verdict, source: Option<SourceKind>) {
        let by_source = match verdict {
            Verdict::Success => &self.success,
            Verdict::Anonymous => &self.anonymous,
            Verdict::Failure(kind) => &self.failures[kind as usize],
        };
        let handle = &by_source[source.map_or(0, |source| 1 + source as usize)];
        let handle = handle.get_or_init(|| {
            describe_counter!(REQUESTS, Unit::Count, "Requests, by what the layer decided");
            counter!(
                REQUESTS,
                "result" => verdict.result(),
                "error_type" => verdict.error_type(),
                "source" => source.map_or("none", SourceKind::as_str)
            )
        });
        handle.increment(1);
    }
}

impl Default for RequestMetrics {
    fn default() -> Self {
        Self {
            success: BySource::default(),
            anonymous: BySource::default(),
            failures: std::array::from_fn(|_| BySource::default()),
        }
    }
}

impl fmt::Debug for RequestMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestMetrics").finish_non_exhaustive()
    }
}

/// Measures the time since the start of a verification.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

/// Measures how long the verification of tokens takes.
#[derive(Default)]
pub(crate) struct VerificationMetrics {
    durations: [OnceLock<Histogram>; 4],
}

impl VerificationMetrics {
    /// Records the duration of a verification, and whether the token was cached.
    pub(crate) fn record(&self, stopwatch: Stopwatch, is_success: bool, is_cached: bool) {
        let index = 2 * usize::from(is_success) + usize::from(is_cached);
        let handle = self.durations[index].get_or_init(|| {
            describe_histogram!(
                DURATION,
                Unit::Seconds,
                "Time to verify a token, without waits"
            );
            histogram!(
                DURATION,
                "result" => if is_success { "success" } else { "failure" },
                "cached" => if is_cached { "true" } else { "false" }
            )
        });
        handle.record(stopwatch.0.elapsed());
    }
}

impl fmt::Debug for VerificationMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationMetrics")
            .finish_non_exhaustive()
    }
}

/// Counts the fetches of an issuer's keys. Its handles are not kept, because fetches are minutes apart.
#[derive(Debug)]
pub(crate) struct FetchMetrics {
    issuer: Arc<str>,
}

impl FetchMetrics {
    /// Counts the fetches of this issuer. Its URL comes from the configuration, so it is safe as a label.
    pub(crate) fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.into(),
        }
    }

    /// Counts a successful fetch, and records its time.
    pub(crate) fn succeeded(&self) {
        self.count("success", "");
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        describe_gauge!(
            LAST_SUCCESS,
            Unit::Seconds,
            "Unix time of the last fetch that brought keys"
        );
        let gauge = gauge!(LAST_SUCCESS, "issuer" => self.label());
        gauge.set(now.unwrap_or_default().as_secs_f64());
    }

    pub(crate) fn failed(&self, kind: FetchErrorKind) {
        self.count("failure", kind.as_str());
    }

    fn count(&self, result: &'static str, error_type: &'static str) {
        describe_counter!(FETCHES, Unit::Count, "Fetches of the key document");
        let counter = counter!(
            FETCHES,
            "result" => result,
            "error_type" => error_type,
            "issuer" => self.label()
        );
        counter.increment(1);
    }

    fn label(&self) -> SharedString {
        SharedString::from(Arc::clone(&self.issuer))
    }
}

/// Counts the uses of nonces, and of tokens that are accepted once.
#[derive(Default)]
pub(crate) struct UseMetrics {
    handles: [OnceLock<Counter>; 4],
}

impl UseMetrics {
    pub(crate) fn first(&self) {
        self.count(0, "success");
    }

    pub(crate) fn repeated(&self) {
        self.count(1, "repeated");
    }

    pub(crate) fn failed(&self) {
        self.count(2, "failure");
    }

    /// Counts a use that was refused because its wallet has used up its share of the store.
    pub(crate) fn limited(&self) {
        self.count(3, "limited");
    }

    fn count(&self, index: usize, result: &'static str) {
        let handle = self.handles[index].get_or_init(|| {
            describe_counter!(
                USES,
                Unit::Count,
                "Uses of nonces, and of tokens that pass once"
            );
            counter!(USES, "result" => result)
        });
        handle.increment(1);
    }
}

impl fmt::Debug for UseMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UseMetrics").finish_non_exhaustive()
    }
}

/// Counts a request that waits for keys, until this is dropped.
pub(crate) struct WaitMetrics(Gauge);

impl WaitMetrics {
    pub(crate) fn enter() -> Self {
        describe_gauge!(WAITING, Unit::Count, "Requests that wait for keys");
        let gauge = gauge!(WAITING);
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for WaitMetrics {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
