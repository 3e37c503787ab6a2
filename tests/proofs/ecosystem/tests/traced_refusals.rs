//! The outcome of a check in the span of a `TraceLayer`, as the guide shows it, and in the layer's own span within it.

use axum::{Router, body::Body, routing::get};
use http::{Request, Response};
use sequence_auth::{AuthError, TraceSpan};
use tower_http::trace::TraceLayer;
use tracing::{Span, field::Empty, info_span};

use crate::support::{ISSUER, auth, logged};

/// Returns what is recorded while a request passes through the trace and the layer.
async fn recorded(token: &str) -> String {
    let trace = TraceLayer::new_for_http()
        .make_span_with(|_: &Request<Body>| info_span!("request", error_type = Empty))
        .on_response(|response: &Response<Body>, _, span: &Span| {
            if let Some(error) = response.extensions().get::<AuthError>() {
                span.record("error_type", error.kind().as_str());
            }
        });
    let app: Router = Router::new()
        .route("/", get("ok"))
        .layer(auth().trace_span(TraceSpan::On))
        .layer(trace);
    let request = || {
        let request = Request::get("/").header("authorization", format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    logged(&app, request).await
}

#[tokio::test]
async fn refusal_is_a_field_of_both_spans() {
    let recorded = recorded(&ISSUER.token().expired().mint()).await;
    assert_eq!(
        recorded.matches("error_type=\"expired\"").count(),
        2,
        "{recorded}"
    );
}

#[tokio::test]
async fn success_is_a_field_of_the_layers_own_span() {
    let recorded = recorded(&ISSUER.token().mint()).await;
    assert_eq!(
        recorded.matches("result=\"success\"").count(),
        1,
        "{recorded}"
    );
    assert!(!recorded.contains("error_type="), "{recorded}");
}
