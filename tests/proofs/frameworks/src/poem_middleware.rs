//! The layer as a middleware of poem.

use std::{
    convert::Infallible,
    future::ready,
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

/// Guards endpoints: `endpoint.with(Authenticated(layer))`.
pub struct Authenticated(pub SequenceAuthLayer);

impl<E: Endpoint> Middleware<E> for Authenticated {
    type Output = Guarded<E>;

    fn transform(&self, endpoint: E) -> Guarded<E> {
        Guarded {
            auth: self.0.clone(),
            endpoint,
        }
    }
}

/// An endpoint that only receives requests with a verified token.
pub struct Guarded<E> {
    auth: SequenceAuthLayer,
    endpoint: E,
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (request, parts) = to_http(request);
        let verified = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&verified);
        let behind = service_fn(move |request| {
            *slot.lock().expect("nothing panics here") = Some(request);
            ready(Ok::<_, Infallible>(
                http::Response::new(PoemBody::default()),
            ))
        });
        let Ok(answer) = self.auth.layer(behind).oneshot(request).await;
        let verified = verified.lock().expect("nothing panics here").take();
        match verified {
            Some(verified) => {
                let response = self.endpoint.call(to_poem(verified, parts)).await?;
                Ok(response.into_response())
            }
            None => Ok(answer.into()),
        }
    }
}

/// Moves head and body to the layer's request. Path parameters, addresses and the upgrade stay in the parts.
fn to_http(request: Request) -> (http::Request<PoemBody>, RequestParts) {
    let (mut parts, body) = request.into_parts();
    let mut request = http::Request::new(body.into());
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    *request.version_mut() = parts.version;
    *request.headers_mut() = mem::take(&mut parts.headers);
    *request.extensions_mut() = mem::take(&mut parts.extensions);
    (request, parts)
}

fn to_poem(verified: http::Request<RequestBody<PoemBody>>, mut parts: RequestParts) -> Request {
    let (head, body) = verified.into_parts();
    parts.headers = head.headers;
    parts.extensions = head.extensions;
    Request::from_parts(parts, Body::from(PoemBody::new(body)))
}
