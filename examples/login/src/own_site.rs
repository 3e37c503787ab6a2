//! Requests that another site has a browser send, where they would change something although they are a `GET`.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// Answers with 403 what another site asks for.
pub(crate) async fn own_site_only(request: Request, next: Next) -> Response {
    if is_from_another_site(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// A browser tells in `Sec-Fetch-Site`; an old one may tell in `Origin` alone. Who types the address, or is no
/// browser, is no other site.
fn is_from_another_site(headers: &HeaderMap) -> bool {
    let sites = headers.get_all("sec-fetch-site").iter();
    let is_foreign_site = |site: &[u8]| site != b"same-origin" && site != b"none";
    let origins = headers.get_all(header::ORIGIN).iter();
    sites.map(AsRef::as_ref).any(is_foreign_site)
        || origins
            .map(AsRef::as_ref)
            .any(|origin| !is_own(origin, headers))
}

fn is_own(origin: &[u8], headers: &HeaderMap) -> bool {
    let authority = origin.strip_prefix(b"https://");
    let authority = authority.or_else(|| origin.strip_prefix(b"http://"));
    authority.is_some() && authority == headers.get(header::HOST).map(AsRef::as_ref)
}
