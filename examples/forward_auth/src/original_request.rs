//! The client's request, as the proxy describes it.
//!
//! Whether a token from a cookie is accepted depends on the method, on the host, and on whether the request opens a
//! WebSocket. The proxy's own request has another method, may have another host, and may lack `Upgrade`. Without the
//! original values, a form of another site would pass as a harmless GET.

use std::sync::Once;

use axum::{
    Json,
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{CONTENT_TYPE, HOST, UPGRADE},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use tracing::warn;

const METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Browsers send one or both with each WebSocket, and no script can set or omit them.
const WEBSOCKET: [HeaderName; 2] = [
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("sec-websocket-version"),
];

/// Restores the original values from the proxy's headers. If they are missing, the request is refused, because a guess
/// could be wrong.
pub(crate) async fn restore(mut request: Request, next: Next) -> Response {
    let (method, host) = match (method(request.headers()), host(request.headers())) {
        (Some(method), Some(host)) => (method, host),
        (None, _) => return misconfigured("X-Forwarded-Method"),
        (_, None) => return misconfigured("X-Forwarded-Host"),
    };
    *request.method_mut() = method;
    // A host in the URI would count instead of the header.
    *request.uri_mut() = Uri::from_static("/verify");
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    if WEBSOCKET.iter().any(|name| headers.contains_key(name)) {
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    }
    // The body is not in this request. And a refused gRPC call would get HTTP 200, which the proxy would let pass.
    headers.remove(CONTENT_TYPE);
    next.run(request).await
}

fn method(headers: &HeaderMap) -> Option<Method> {
    Method::from_bytes(only_value(headers, &METHOD)?.as_bytes()).ok()
}

fn host(headers: &HeaderMap) -> Option<HeaderValue> {
    let host = only_value(headers, &FORWARDED_HOST)?;
    (!host.is_empty()).then(|| host.clone())
}

/// Of two values, one may be the client's.
fn only_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Every proxy takes a 500 for no.
fn misconfigured(header: &str) -> Response {
    static TOLD: Once = Once::new();
    let problem = format!("the proxy has to set {header}, once, to what the client sent");
    TOLD.call_once(|| warn!("{problem}; such requests are refused"));
    let body = json!({"error": "proxy_misconfigured", "error_description": problem});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}
