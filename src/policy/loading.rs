//! The application's data of the player, loaded for each request and put into its extensions.

use std::{
    any::type_name, error::Error as StdError, marker::PhantomData, pin::Pin, sync::Arc,
    time::Duration,
};

use http::Extensions;
use tokio::time::timeout;
use tower::BoxError;

use crate::{
    claims::SequenceClaims,
    defaults::{DEFAULT_LOAD_TIMEOUT, MIN_RETRY_AFTER},
    error::{AuthError, AuthErrorKind},
    observe::LoadEvents,
};

/// The loads of a layer, in running order.
#[derive(Clone)]
pub(crate) struct Loading {
    loads: Vec<Arc<dyn Load>>,
    pub(crate) timeout: Duration,
}

/// Marks a request with loaded values. An inner layer, which may verify another player's token, removes these values.
#[derive(Clone)]
struct Loaded(Vec<Arc<dyn Load>>);

/// Loads values of a single type.
pub(crate) trait Load: Send + Sync {
    /// Removes a value of this type.
    fn remove(&self, extensions: &mut Extensions);

    /// Loads the value of a player into `extensions`. Returns `false` if the player has none.
    fn load<'a>(
        &'a self,
        claims: SequenceClaims,
        extensions: &'a mut Extensions,
    ) -> Pin<Box<dyn Future<Output = Result<bool, BoxError>> + Send + 'a>>;

    fn events(&self) -> &LoadEvents;
}

/// Returns a [`Load`] that calls the application's function.
pub(crate) fn load_with<F, Fut, U, E>(load: F) -> Arc<dyn Load>
where
    F: Fn(SequenceClaims) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<U>, E>> + Send + 'static,
    U: Clone + Send + Sync + 'static,
    E: Into<BoxError> + 'static,
{
    Arc::new(LoadFn {
        load,
        events: LoadEvents::new(type_name::<U>()),
        value: PhantomData::<fn() -> U>,
    })
}

struct LoadFn<F, U> {
    load: F,
    events: LoadEvents,
    value: PhantomData<fn() -> U>,
}

impl<F, Fut, U, E> Load for LoadFn<F, U>
where
    F: Fn(SequenceClaims) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Option<U>, E>> + Send + 'static,
    U: Clone + Send + Sync + 'static,
    E: Into<BoxError>,
{
    fn remove(&self, extensions: &mut Extensions) {
        extensions.remove::<U>();
    }

    fn load<'a>(
        &'a self,
        claims: SequenceClaims,
        extensions: &'a mut Extensions,
    ) -> Pin<Box<dyn Future<Output = Result<bool, BoxError>> + Send + 'a>> {
        let loading = (self.load)(claims);
        Box::pin(async move {
            let value = loading.await.map_err(Into::into)?;
            let is_there = value.is_some();
            if let Some(value) = value {
                extensions.insert(value);
            }
            Ok(is_there)
        })
    }

    fn events(&self) -> &LoadEvents {
        &self.events
    }
}

impl Loading {
    pub(crate) fn add(&mut self, load: &Arc<dyn Load>) {
        self.loads.push(Arc::clone(load));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.loads.is_empty()
    }

    /// Removes the values that an outer layer has loaded.
    pub(crate) fn strip_loaded(extensions: &mut Extensions) {
        if let Some(Loaded(loads)) = extensions.remove() {
            remove_all(&loads, extensions);
        }
    }

    /// Removes the mark, for an application that receives the values without a request.
    pub(crate) fn without_mark(mut loaded: Extensions) -> Extensions {
        loaded.remove::<Loaded>();
        loaded
    }

    /// Removes values of the types that this policy loads, such as those of other middleware.
    pub(super) fn strip(&self, extensions: &mut Extensions) {
        remove_all(&self.loads, extensions);
    }

    /// Runs all loads in their order.
    pub(super) async fn load(&self, claims: &SequenceClaims) -> Result<Extensions, AuthError> {
        let mut loaded = Extensions::new();
        if self.is_empty() {
            return Ok(loaded);
        }
        loaded.insert(Loaded(self.loads.clone()));
        for load in &self.loads {
            let loading = load.load(claims.clone(), &mut loaded);
            match timeout(self.timeout, loading).await {
                Ok(Ok(true)) => (),
                Ok(Ok(false)) => return Err(AuthErrorKind::UnknownPlayer.into()),
                Ok(Err(error)) => return Err(failed(load.events(), &*error)),
                Err(elapsed) => return Err(failed(load.events(), &elapsed)),
            }
        }
        Ok(loaded)
    }
}

impl Default for Loading {
    fn default() -> Self {
        Self {
            loads: Vec::new(),
            timeout: DEFAULT_LOAD_TIMEOUT,
        }
    }
}

fn remove_all(loads: &[Arc<dyn Load>], extensions: &mut Extensions) {
    for load in loads {
        load.remove(extensions);
    }
}

fn failed(events: &LoadEvents, error: &(dyn StdError + 'static)) -> AuthError {
    events.load_failed(error);
    AuthError::temporary(AuthErrorKind::LoadFailed, MIN_RETRY_AFTER)
}
