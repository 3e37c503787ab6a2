//! The same types without the feature `metrics`: all methods are empty.

use crate::{
    error::FetchErrorKind,
    observe::{source_kind::SourceKind, verdict::Verdict},
};

#[derive(Debug, Default)]
pub(crate) struct RequestMetrics {}

impl RequestMetrics {
    pub(crate) fn count(&self, _: Verdict, _: Option<SourceKind>) {}
}

#[derive(Clone, Copy)]
pub(crate) struct Stopwatch;

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self
    }
}

#[derive(Debug, Default)]
pub(crate) struct VerificationMetrics {}

impl VerificationMetrics {
    pub(crate) fn record(&self, _: Stopwatch, _is_success: bool, _is_cached: bool) {}
}

#[derive(Debug)]
pub(crate) struct FetchMetrics;

impl FetchMetrics {
    pub(crate) fn new(_issuer: &str) -> Self {
        Self
    }

    pub(crate) fn succeeded(&self) {}

    pub(crate) fn failed(&self, _: FetchErrorKind) {}
}

#[derive(Debug, Default)]
pub(crate) struct UseMetrics {}

impl UseMetrics {
    pub(crate) fn first(&self) {}

    pub(crate) fn repeated(&self) {}

    pub(crate) fn limited(&self) {}

    pub(crate) fn failed(&self) {}
}

pub(crate) struct WaitMetrics;

impl WaitMetrics {
    pub(crate) fn enter() -> Self {
        Self
    }
}
