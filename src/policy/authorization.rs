//! The application's predicates.

use std::{pin::Pin, sync::Arc};

use crate::{claims::SequenceClaims, error::AuthErrorKind};

pub(crate) type Predicate = dyn Fn(&SequenceClaims) -> bool + Send + Sync;
pub(crate) type AsyncPredicate = dyn Fn(SequenceClaims) -> IsAuthorized + Send + Sync;
pub(crate) type IsAuthorized = Pin<Box<dyn Future<Output = bool> + Send>>;

/// The predicates of a layer. A token must meet all of them.
#[derive(Clone, Default)]
pub(crate) struct Authorization {
    predicates: Vec<Arc<Predicate>>,
    async_predicates: Vec<Arc<AsyncPredicate>>,
}

impl Authorization {
    pub(crate) fn add(&mut self, predicate: &Arc<Predicate>) {
        self.predicates.push(Arc::clone(predicate));
    }

    pub(crate) fn add_async(&mut self, predicate: &Arc<AsyncPredicate>) {
        self.async_predicates.push(Arc::clone(predicate));
    }

    pub(super) fn has_async(&self) -> bool {
        !self.async_predicates.is_empty()
    }

    /// Checks the synchronous predicates.
    pub(super) fn check(&self, claims: &SequenceClaims) -> Result<(), AuthErrorKind> {
        if self.predicates.iter().all(|predicate| predicate(claims)) {
            Ok(())
        } else {
            Err(AuthErrorKind::NotAuthorized)
        }
    }

    /// Checks the asynchronous predicates in their order.
    pub(super) async fn check_async(&self, claims: &SequenceClaims) -> Result<(), AuthErrorKind> {
        for predicate in &self.async_predicates {
            if !predicate(claims.clone()).await {
                return Err(AuthErrorKind::NotAuthorized);
            }
        }
        Ok(())
    }
}
