//! The layer as a hoop of salvo.

use std::{
    convert::Infallible,
    future::ready,
    sync::{Arc, Mutex},
};

use http_body_util::BodyExt;
use salvo::{
    Depot, FlowCtrl, Handler, Request, Response, async_trait,
    http::{ReqBody, ResBody},
};
use sequence_auth::{RequestBody, ResponseBody, SequenceAuthLayer};
use tower::{BoxError, ServiceExt, service_fn};
use tower_layer::Layer;

/// Guards all routes of its router: `Router::new().hoop(Authenticated(layer))`.
pub struct Authenticated(pub SequenceAuthLayer);

#[async_trait]
impl Handler for Authenticated {
    async fn handle(
        &self,
        request: &mut Request,
        _: &mut Depot,
        response: &mut Response,
        flow: &mut FlowCtrl,
    ) {
        let verified = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&verified);
        let behind = service_fn(move |request| {
            *slot.lock().expect("nothing panics here") = Some(request);
            ready(Ok::<_, Infallible>(http::Response::new(ResBody::None)))
        });
        let Ok(answer) = self.0.layer(behind).oneshot(to_http(request)).await;
        let verified = verified.lock().expect("nothing panics here").take();
        match verified {
            Some(verified) => go_on(request, verified),
            None => {
                refuse(response, answer);
                flow.skip_rest();
            }
        }
    }
}

fn to_http(request: &mut Request) -> http::Request<ReqBody> {
    let mut http_request = http::Request::new(request.take_body());
    *http_request.method_mut() = request.method().clone();
    *http_request.uri_mut() = request.uri().clone();
    *http_request.version_mut() = request.version();
    *http_request.headers_mut() = request.headers().clone();
    *http_request.extensions_mut() = request.extensions().clone();
    http_request
}

fn go_on(request: &mut Request, verified: http::Request<RequestBody<ReqBody>>) {
    let (head, body) = verified.into_parts();
    *request.headers_mut() = head.headers;
    *request.extensions_mut() = head.extensions;
    request.replace_body(ReqBody::Boxed {
        inner: Box::pin(body.map_err(BoxError::from)),
        fuse_config: None,
    });
}

fn refuse(response: &mut Response, answer: http::Response<ResponseBody<ResBody>>) {
    let (head, body) = answer.into_parts();
    response.status_code(head.status);
    response.headers_mut().extend(head.headers);
    response.extensions.extend(head.extensions);
    let body = Box::pin(body.map_err(BoxError::from));
    response.replace_body(ResBody::Boxed(body));
}
