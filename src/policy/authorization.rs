//! What the application decides: its own predicates.

use std::{pin::Pin, sync::Arc};

use crate::{claims::SequenceClaims, error::AuthErrorKind};

type Predicate = dyn Fn(&SequenceClaims) -> bool + Send + Sync;
type AsyncPredicate = dyn Fn(SequenceClaims) -> Verdict + Send + Sync;
type Verdict = Pin<Box<dyn Future<Output = bool> + Send>>;

/// The predicates of a layer. All have to be met.
#[derive(Clone, Default)]
pub(crate) struct Authorization {
    predicates: Vec<Arc<Predicate>>,
    async_predicates: Vec<Arc<AsyncPredicate>>,
}

impl Authorization {
    pub(crate) fn add<F>(&mut self, predicate: F)
    where
        F: Fn(&SequenceClaims) -> bool + Send + Sync + 'static,
    {
        self.predicates.push(Arc::new(predicate));
    }

    pub(crate) fn add_async<F, Fut>(&mut self, predicate: F)
    where
        F: Fn(SequenceClaims) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = bool> + Send + 'static,
    {
        let predicate = move |claims| Box::pin(predicate(claims)) as Verdict;
        self.async_predicates.push(Arc::new(predicate));
    }

    pub(super) fn has_async(&self) -> bool {
        !self.async_predicates.is_empty()
    }

    /// Asks the predicates that need no waiting.
    pub(super) fn check(&self, claims: &SequenceClaims) -> Result<(), AuthErrorKind> {
        if self.predicates.iter().all(|predicate| predicate(claims)) {
            Ok(())
        } else {
            Err(AuthErrorKind::NotAuthorized)
        }
    }

    /// Asks the others, one after the other.
    pub(super) async fn check_async(&self, claims: &SequenceClaims) -> Result<(), AuthErrorKind> {
        for predicate in &self.async_predicates {
            if !predicate(claims.clone()).await {
                return Err(AuthErrorKind::NotAuthorized);
            }
        }
        Ok(())
    }
}
