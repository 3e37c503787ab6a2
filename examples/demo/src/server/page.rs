//! The page at `/`: a person signs in, gets a token, lets this server verify the token, and sees each step.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::{
    Json, Router,
    http::{
        HeaderMap, HeaderName, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
            REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use reqwest::Url;
use serde::Serialize;

/// The page's settings. All of them are public: a front end would contain them too.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageConfig {
    /// Where players sign in.
    pub(crate) embedded_wallet: Option<Party<u64>>,
    pub(crate) oms_wallet: Option<Party<String>>,
    /// The project's public access key. Without it, the page cannot sign in.
    pub(crate) access_key: Option<String>,
    /// Whether the issuers are the demo's own.
    pub(crate) demo: bool,
    /// How soon after a fetch of the keys a token may cause another, in seconds.
    pub(crate) refetch_cooldown: u64,
}

/// An issuer that the server trusts, and the project whose tokens it accepts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Party<P> {
    pub(crate) project_id: P,
    pub(crate) issuer: String,
}

impl<P> Party<P> {
    pub(crate) fn new(project_id: P, issuer: &str) -> Self {
        Self {
            project_id,
            issuer: issuer.to_owned(),
        }
    }
}

struct Asset {
    path: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";

/// The style sheet of the page, for the pages of other examples too.
pub const PAGE_STYLE_SHEET: &str = include_str!("../../page/page.css");
/// The icon of the page, for the pages of other examples too.
pub const PAGE_ICON: &str = include_str!("../../page/icon.svg");

macro_rules! asset {
    ($file:literal, $content_type:expr) => {
        asset!(concat!("/page/", $file), $file, $content_type)
    };
    ($path:expr, $file:literal, $content_type:expr) => {
        Asset {
            path: $path,
            content_type: $content_type,
            content: include_bytes!(concat!("../../page/", $file)),
        }
    };
}

const ASSETS: &[Asset] = &[
    asset!("/", "index.html", HTML),
    asset!("page.css", CSS),
    asset!("icon.svg", SVG),
    asset!("answer.js", JAVASCRIPT),
    asset!("backend.js", JAVASCRIPT),
    asset!("checks.js", JAVASCRIPT),
    asset!("contents_panel.js", JAVASCRIPT),
    asset!("demo_issuer.js", JAVASCRIPT),
    asset!("demo_panel.js", JAVASCRIPT),
    asset!("english.js", JAVASCRIPT),
    asset!("exchange.js", JAVASCRIPT),
    asset!("flow.js", JAVASCRIPT),
    asset!("issuers.js", JAVASCRIPT),
    asset!("japanese.js", JAVASCRIPT),
    asset!("keys_panel.js", JAVASCRIPT),
    asset!("language.js", JAVASCRIPT),
    asset!("members.js", JAVASCRIPT),
    asset!("oms_panel.js", JAVASCRIPT),
    asset!("page.js", JAVASCRIPT),
    asset!("problem.js", JAVASCRIPT),
    asset!("refusals.js", JAVASCRIPT),
    asset!("result_panel.js", JAVASCRIPT),
    asset!("sequence-waas.js", JAVASCRIPT),
    asset!("sequence-waas.LICENSES.txt", TEXT),
    asset!("sign_in_panel.js", JAVASCRIPT),
    asset!("state.js", JAVASCRIPT),
    asset!("storage.js", JAVASCRIPT),
    asset!("theme.js", JAVASCRIPT),
    asset!("time.js", JAVASCRIPT),
    asset!("token.js", JAVASCRIPT),
    asset!("token_panel.js", JAVASCRIPT),
    asset!("verdict.js", JAVASCRIPT),
    asset!("verify_panel.js", JAVASCRIPT),
    asset!("view.js", JAVASCRIPT),
    asset!("wallet.js", JAVASCRIPT),
];

/// Builds the routes of the page, its assets and its configuration.
pub(crate) fn router(config: &PageConfig) -> Router {
    let security = security_headers(config);
    let config = config.clone();
    ASSETS
        .iter()
        .fold(Router::new(), |router, asset| asset.add_to(router))
        .route("/config.json", get(async move || configuration(&config)))
        .route_layer(map_response(move |response| {
            secured(response, security.clone())
        }))
}

fn configuration(config: &PageConfig) -> impl IntoResponse + use<> {
    ([(CACHE_CONTROL, "no-store")], Json(config.clone()))
}

impl Asset {
    fn add_to(&'static self, router: Router) -> Router {
        let tag = self.tag();
        let answer = async move |headers: HeaderMap| self.answer(&headers, tag);
        router.route(self.path, get(answer))
    }

    /// A browser may store an asset, but has to revalidate it each time.
    fn answer(&self, request: &HeaderMap, tag: String) -> Response {
        let is_known = request
            .get(IF_NONE_MATCH)
            .is_some_and(|known| known == tag.as_str());
        let caching = [(ETAG, tag), (CACHE_CONTROL, "no-cache".to_owned())];
        if is_known {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        let content_type = [(CONTENT_TYPE, self.content_type)];
        (caching, content_type, self.content).into_response()
    }

    fn tag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.content.hash(&mut hasher);
        format!("\"{:016x}\"", hasher.finish())
    }
}

/// The page may only run and show the assets of this server, and only connect to this server and the issuer.
fn security_headers(config: &PageConfig) -> [(HeaderName, String); 4] {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        config.sign_in_origin(),
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

impl PageConfig {
    /// Returns the origin of the issuer, if the page connects to it.
    fn sign_in_origin(&self) -> String {
        let issuer = match (&self.embedded_wallet, &self.access_key) {
            (Some(party), Some(_)) => Url::parse(&party.issuer).ok(),
            _ => None,
        };
        issuer.map_or_else(String::new, |url| url.origin().ascii_serialization())
    }
}

async fn secured(response: Response, headers: [(HeaderName, String); 4]) -> Response {
    (headers, response).into_response()
}
