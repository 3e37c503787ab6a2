//! The page at the issuer's own address.

use axum::{
    http::header::CONTENT_SECURITY_POLICY,
    response::{Html, IntoResponse},
};

const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn page() -> impl IntoResponse {
    let headers = [(CONTENT_SECURITY_POLICY, POLICY)];
    (headers, Html(include_str!("notice.html")))
}
