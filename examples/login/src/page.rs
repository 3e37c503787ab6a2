//! The page at `/`, on which a person can try the login. It looks like the page of the example server.

use axum::{
    Json, Router,
    http::{
        HeaderName,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::map_response,
    response::{IntoResponse as _, Response},
    routing::get,
};
use demo::{PAGE_ICON, PAGE_STYLE_SHEET};
use serde::Serialize;

/// The page's settings. All of them are public.
#[derive(Clone, Serialize)]
pub(crate) struct PageConfig {
    issuer: String,
    /// Whether the page can get tokens from the demo issuer.
    demo: bool,
}

impl PageConfig {
    pub(crate) fn new(issuer: &str, demo: bool) -> Self {
        Self {
            issuer: issuer.to_owned(),
            demo,
        }
    }
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const ASSETS: [(&str, &str, &str); 5] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/page/page.js", JAVASCRIPT, include_str!("page/page.js")),
    ("/page/calls.js", JAVASCRIPT, include_str!("page/calls.js")),
    ("/page/page.css", CSS, PAGE_STYLE_SHEET),
    ("/page/icon.svg", SVG, PAGE_ICON),
];

/// Builds the routes of the page, its assets and its configuration, for frames on pages of these origins.
pub(crate) fn router(config: PageConfig, framed_by: &[String]) -> Router {
    let security = security_headers(&config, framed_by);
    ASSETS
        .iter()
        .fold(Router::new(), |router, (path, content_type, content)| {
            router.route(path, get(([(CONTENT_TYPE, *content_type)], *content)))
        })
        .route("/config.json", get(async move || Json(config)))
        .route_layer(map_response(move |response| {
            secured(response, security.clone())
        }))
}

/// The page may only run and show the assets of this server, and only connect to this server and the demo issuer.
fn security_headers(config: &PageConfig, framed_by: &[String]) -> [(HeaderName, String); 4] {
    let issuer = if config.demo { &config.issuer } else { "" };
    let ancestors = match framed_by {
        [] => "'none'".to_owned(),
        origins => origins.join(" "),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self' {issuer}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}; \
         require-trusted-types-for 'script'; trusted-types 'none'",
    );
    [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (REFERRER_POLICY, "no-referrer".to_owned()),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin".to_owned(),
        ),
    ]
}

async fn secured(response: Response, headers: [(HeaderName, String); 4]) -> Response {
    (headers, response).into_response()
}
