//! The common interface of all contenders.

use std::{convert::Infallible, pin::Pin};

use axum::body::Body;
use http::{Request, Response};
use tower::{Service, ServiceExt as _};

/// A service of any type that responds to requests.
pub trait Answer: Send + Sync {
    /// Responds to the requests one after the other, and returns how many were accepted.
    fn answer(&self, requests: Vec<Request<Body>>) -> Pin<Box<dyn Future<Output = usize> + Send>>;
}

impl<S> Answer for S
where
    S: Service<Request<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Response: Verdict + Send,
    S::Future: Send,
{
    fn answer(&self, requests: Vec<Request<Body>>) -> Pin<Box<dyn Future<Output = usize> + Send>> {
        let mut service = self.clone();
        // One box for all of them, and everybody has it.
        Box::pin(async move {
            let mut accepted = 0;
            for request in requests {
                let Ok(service) = service.ready().await;
                let Ok(response) = service.call(request).await;
                accepted += usize::from(response.is_accepted());
            }
            accepted
        })
    }
}

/// What became of a request.
pub trait Verdict {
    fn is_accepted(&self) -> bool;
}

impl<B> Verdict for Response<B> {
    fn is_accepted(&self) -> bool {
        self.status().is_success()
    }
}
