//! How the properties are run.

use std::{
    fmt::Debug,
    sync::atomic::{AtomicUsize, Ordering},
};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestError, TestRunner},
};

/// Runs a property, and returns the share of cases for which it returned `true`. A property of accepted tokens proves
/// nothing if all are refused.
pub(crate) fn share<S>(strategy: &S, property: impl Fn(S::Value) -> bool) -> f64
where
    S: Strategy,
    S::Value: Debug,
{
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let cases = f64::from(config.cases);
    let held = AtomicUsize::new(0);
    let result = TestRunner::new(config).run(strategy, |case| {
        held.fetch_add(usize::from(property(case)), Ordering::Relaxed);
        Ok(())
    });
    match result {
        Ok(()) => held.into_inner() as f64 / cases,
        Err(TestError::Fail(reason, case)) => panic!("{reason}\nminimal case: {case:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}
