//! What the operator is told of a store that fails.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tracing::{debug, info, warn};

use super::one_time_store::OneTimeStoreError;
use crate::error::Causes;

/// How often a failure that goes on is told as a warning; in between it is for debugging. A store that
/// fails and works by turns is told of no more often.
const REPETITION: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Outage {
    warned: Mutex<Option<Instant>>,
}

impl Outage {
    pub(super) fn goes_on(&self, error: &OneTimeStoreError) {
        let error = Causes(error);
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_some_and(|at| at.elapsed() < REPETITION) {
            debug!(%error, "a use could not be recorded, again");
        } else {
            warn!(%error, "a use could not be recorded: the request is answered with 503");
            *warned = Some(Instant::now());
        }
    }

    pub(super) fn is_over(&self) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_some_and(|at| at.elapsed() >= REPETITION) {
            info!("uses are recorded again");
            *warned = None;
        }
    }
}
