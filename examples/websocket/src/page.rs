//! The static page.

use axum::{
    Router,
    http::{
        HeaderName,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::IntoResponse,
    routing::get,
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

pub(crate) fn router() -> Router {
    Router::new()
        .route(
            "/",
            get(async || asset("text/html", include_str!("page/index.html"))),
        )
        .route(
            "/page.js",
            get(async || asset("text/javascript", include_str!("page/page.js"))),
        )
        .route(
            "/page.css",
            get(async || asset("text/css", include_str!("page/page.css"))),
        )
}

fn asset(media_type: &str, text: &'static str) -> impl IntoResponse + use<> {
    let headers: [(HeaderName, String); 2] = [
        (CONTENT_TYPE, format!("{media_type}; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    (headers, text)
}
