//! The layer with other middleware: on one route, and in one `ServiceBuilder`.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::Request,
    handler::Handler,
    middleware::{Next, from_extractor, from_fn, map_response},
    response::Response,
    routing::{MethodRouter, any, get},
};
use http::HeaderValue;
use sequence_auth::{AuthError, AuthErrorKind as Kind, SequenceClaims};
use tower::ServiceBuilder;

use super::{EMAIL, call, json_request, me, with_bearer, with_field, without_token};
use crate::support::{ISSUER, layer};

/// Middleware that needs the claims, and therefore goes inside.
async fn greet(claims: SequenceClaims, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let email = HeaderValue::from_str(claims.email().unwrap()).unwrap();
    response.headers_mut().insert("x-email", email);
    response
}

/// Middleware that sees the responses, and therefore goes outside.
async fn audit(request: Request, next: Next) -> Response {
    mark(next.run(request).await).await
}

async fn mark(mut response: Response) -> Response {
    let outcome = match response.extensions().get::<AuthError>() {
        Some(error) => error.kind().as_str(),
        None => "success",
    };
    let outcome = HeaderValue::from_static(outcome);
    response.headers_mut().insert("x-outcome", outcome);
    response
}

fn app(methods: MethodRouter) -> Router {
    Router::new().route("/", methods)
}

/// Asserts that the middleware between the layer and the handler gets the claims, and only sees verified requests.
async fn assert_inside(app: &Router) {
    let token = ISSUER.token().mint();
    for request in [with_bearer("/", &token), with_field("/", &token)] {
        let reply = call(app, request).await;
        reply.assert_ok(EMAIL);
        assert_eq!(reply.headers["x-email"], EMAIL);
    }
    let reply = call(app, without_token("/")).await;
    reply.assert_refused(Kind::MissingToken);
    assert!(!reply.headers.contains_key("x-email"));
}

/// Asserts that the middleware outside of the layer sees refusals, too.
async fn assert_outside(app: &Router) {
    let token = ISSUER.token().mint();
    for request in [with_bearer("/", &token), with_field("/", &token)] {
        let reply = call(app, request).await;
        reply.assert_ok(EMAIL);
        assert_eq!(reply.headers["x-outcome"], "success");
    }
    let reply = call(app, without_token("/")).await;
    reply.assert_refused(Kind::MissingToken);
    assert_eq!(reply.headers["x-outcome"], "missing_token");
}

/// The layer that is added last runs first. `get(me).layer(from_fn(greet)).layer(layer())` does not compile.
#[tokio::test]
async fn middleware_inside_of_the_layer_on_one_route() {
    for methods in [
        any(me)
            .layer::<_, Infallible>(from_fn(greet))
            .layer(layer()),
        any(me.layer(from_fn(greet)).layer(layer())),
    ] {
        assert_inside(&app(methods)).await;
    }
    for methods in [
        get(me).post(me).route_layer(from_fn(greet)).layer(layer()),
        get(me).post(me).layer(from_fn(greet)).route_layer(layer()),
        get(me)
            .post(me)
            .route_layer(from_fn(greet))
            .route_layer(layer()),
    ] {
        assert_inside(&app(methods)).await;
    }
    let methods = any(me).layer(from_fn(greet));
    assert_inside(&app(methods).layer(layer())).await;
}

#[tokio::test]
async fn middleware_outside_of_the_layer_on_one_route() {
    for methods in [
        any(me).layer(layer()).layer(from_fn(audit)),
        any(me.layer(layer()).layer(from_fn(audit))),
        get(me).post(me).route_layer(layer()).layer(from_fn(audit)),
    ] {
        assert_outside(&app(methods)).await;
    }
}

/// In a `ServiceBuilder`, the layer that is added first runs first.
#[tokio::test]
async fn from_fn_in_one_service_builder() {
    let inside = ServiceBuilder::new()
        .layer(layer())
        .map_request(|request: http::Request<_>| request.map(Body::new))
        .layer(from_fn(greet));
    assert_inside(&app(any(me)).layer(inside.clone())).await;
    assert_inside(&app(any(me).layer(inside))).await;
    let outside = ServiceBuilder::new().layer(from_fn(audit)).layer(layer());
    assert_outside(&app(any(me)).layer(outside.clone())).await;
    assert_outside(&app(any(me).layer(outside))).await;
}

#[tokio::test]
async fn extractor_and_map_response_in_one_service_builder() {
    let stack = ServiceBuilder::new()
        .layer(map_response(async |response: http::Response<_>| {
            mark(response.map(Body::new)).await
        }))
        .layer(layer().optional())
        .layer(from_extractor::<SequenceClaims>());
    assert_outside(&app(any(me)).layer(stack)).await;
    let inside = ServiceBuilder::new()
        .layer(layer())
        .layer(map_response(mark));
    let app = app(any(me)).layer(inside);
    let reply = call(&app, with_bearer("/", &ISSUER.token().mint())).await;
    assert_eq!(reply.headers["x-outcome"], "success");
    let reply = call(&app, without_token("/")).await;
    assert!(!reply.headers.contains_key("x-outcome"));
}

/// Middleware inside gets the body with the token, unchanged.
#[tokio::test]
async fn middleware_inside_may_read_the_body() {
    async fn sign(request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let length = HeaderValue::from(bytes.len());
        let request = Request::from_parts(parts, bytes.into());
        let mut response = next.run(request).await;
        response.headers_mut().insert("x-length", length);
        response
    }
    let app = app(any(async |body: String| body))
        .layer(from_fn(sign))
        .layer(layer());
    let token = ISSUER.token().mint();
    let body = format!(r#"{{ "sequenceToken" : "{token}" }}"#);
    let reply = call(&app, json_request("/", body.clone())).await;
    reply.assert_ok(&body);
    assert_eq!(reply.headers["x-length"], body.len().to_string());
}
