//! The layer as a middleware of poem.

use std::{
    io, mem,
    sync::{Arc, Mutex},
};

use http_body_util::combinators::BoxBody;
use hyper::body::Bytes;
use poem::{Body, Endpoint, IntoResponse, Middleware, Request, RequestParts, Response};
use sequence_auth::{RequestBody, SequenceAuthLayer};
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

type PoemBody = BoxBody<Bytes, io::Error>;

/// Puts the layer around endpoints: `endpoint.with(Authenticated(layer))`.
pub struct Authenticated(pub SequenceAuthLayer);

impl<E: Endpoint + 'static> Middleware<E> for Authenticated {
    type Output = Guarded<E>;

    fn transform(&self, endpoint: E) -> Guarded<E> {
        Guarded {
            auth: self.0.clone(),
            endpoint: Arc::new(endpoint),
        }
    }
}

/// An endpoint that is called for requests with a verified token.
pub struct Guarded<E> {
    auth: SequenceAuthLayer,
    endpoint: Arc<E>,
}

impl<E: Endpoint + 'static> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (request, parts) = into_http(request);
        let parts = Arc::new(Mutex::new(Some(parts)));
        let endpoint = Arc::clone(&self.endpoint);
        let guarded = service_fn(move |request| {
            let parts = parts.lock().ok().and_then(|mut parts| parts.take());
            let parts = parts.expect("the layer calls it once");
            let endpoint = Arc::clone(&endpoint);
            async move {
                let response = endpoint.call(from_http(request, parts)).await?;
                Ok::<http::Response<PoemBody>, poem::Error>(response.into_response().into())
            }
        });
        let response = self.auth.layer(guarded).oneshot(request).await?;
        Ok(response.into())
    }
}

/// Takes the head and the body for the layer. The rest is poem's own: parameters of the path, addresses, the upgrade.
fn into_http(request: Request) -> (http::Request<PoemBody>, RequestParts) {
    let (mut parts, body) = request.into_parts();
    let mut request = http::Request::new(body.into());
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    *request.version_mut() = parts.version;
    *request.headers_mut() = mem::take(&mut parts.headers);
    *request.extensions_mut() = mem::take(&mut parts.extensions);
    (request, parts)
}

fn from_http(request: http::Request<RequestBody<PoemBody>>, mut parts: RequestParts) -> Request {
    let (head, body) = request.into_parts();
    parts.headers = head.headers;
    parts.extensions = head.extensions;
    Request::from_parts(parts, Body::from(PoemBody::new(body)))
}
