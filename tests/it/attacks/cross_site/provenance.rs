//! The headers that name the sender of a request, in every combination.

use http::{HeaderValue, Request, Uri};
use sequence_auth::AuthErrorKind as Kind;

use super::{Provenance, assert_judged, cookie, request, with_cookie};
use crate::{
    source::looking_in,
    support::{ISSUER, Script, send, without_token},
};

/// Values of `Sec-Fetch-Site`, and whether they name the application itself as the sender.
const SITES: [(&[&str], bool); 15] = [
    (&[], true),
    (&["same-origin"], true),
    (&["none"], true),
    (&["same-origin", "none"], true),
    (&["same-site"], false),
    (&["cross-site"], false),
    (&["same-origin", "cross-site"], false),
    (&["cross-site", "same-origin"], false),
    (&["same-origin, cross-site"], false),
    (&["same-origin;cross-site"], false),
    (&["Same-Origin"], false),
    (&["NONE"], false),
    (&["same-origin\u{a0}"], false),
    (&["anything"], false),
    (&[""], false),
];

/// The target of a request: its `Host` headers and its URI, as in HTTP/2, with the origins that count as the
/// application's own.
struct Target {
    hosts: &'static [&'static str],
    uri: &'static str,
    own: &'static [&'static str],
}

impl Target {
    const fn new(
        hosts: &'static [&'static str],
        uri: &'static str,
        own: &'static [&'static str],
    ) -> Self {
        Self { hosts, uri, own }
    }
}

/// The origins of `app.test` on the default ports.
const APP: &[&str] = &[
    "https://app.test",
    "https://app.test:443",
    "http://app.test",
    "http://app.test:80",
    "https://APP.test",
];

const TARGETS: [Target; 16] = [
    Target::new(&["app.test"], "/", APP),
    Target::new(&["App.TEST"], "/", APP),
    Target::new(
        &["app.test:443"],
        "/",
        &[
            "https://app.test",
            "https://app.test:443",
            "https://APP.test",
            "http://app.test:443",
        ],
    ),
    Target::new(&["app.test:8443"], "/", &["https://app.test:8443"]),
    Target::new(&["[::1]:3000"], "/", &["http://[::1]:3000"]),
    Target::new(&["[::1]"], "/", &["http://[::1]"]),
    Target::new(&["127.0.0.1:3000"], "/", &["http://127.0.0.1:3000"]),
    // In HTTP/2, the URI decides (RFC 9113 §8.3.1).
    Target::new(&[], "https://app.test/", APP),
    Target::new(
        &["evil.test"],
        "https://app.test:8443/",
        &["https://app.test:8443"],
    ),
    Target::new(&[], "/", &[]),
    Target::new(&[""], "/", &[]),
    Target::new(&["app.test", "app.test"], "/", &[]),
    Target::new(&["app.test", "evil.test"], "/", &[]),
    Target::new(&["user@app.test"], "/", &[]),
    Target::new(&["app.test:99999"], "/", &[]),
    Target::new(&["app.test/x"], "/", &[]),
];

/// Origins, each of which belongs to one of the targets or to none.
const ORIGINS: [&str; 40] = [
    "https://app.test",
    "https://app.test:443",
    "http://app.test",
    "http://app.test:80",
    "https://APP.test",
    "http://app.test:443",
    "https://app.test:80",
    "https://app.test:8443",
    "http://[::1]:3000",
    "http://[::1]",
    "http://[::2]:3000",
    "http://[::1",
    "http://127.0.0.1:3000",
    "http://127.0.0.1",
    "http://localhost:3000",
    "https://evil.test",
    "https://www.app.test",
    "https://test",
    "https://app.test.evil.test",
    "https://evil-app.test",
    "https://app.tes",
    "https://app.test.",
    "null",
    "NULL",
    "",
    "app.test",
    "//app.test",
    "https:app.test",
    "https:/app.test",
    "https://",
    "ftp://app.test",
    "wss://app.test",
    "chrome-extension://app.test",
    "https://app.test/",
    "https://app.test/x",
    "https://user@app.test",
    "https://app.test:99999",
    "https://app.test:",
    "https://app.test, https://evil.test",
    "https://app.test https://evil.test",
];

impl Target {
    /// A request to this target.
    fn request(&self, provenance: Provenance<'_>) -> Request<Script> {
        let mut request = request("POST", self.hosts, provenance);
        *request.uri_mut() = Uri::from_static(self.uri);
        request
    }
}

/// Class 32: two headers name the sender, and either is enough to refuse the request.
#[tokio::test]
async fn cookie_counts_only_in_requests_of_the_own_origin() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    let mut passed = 0;
    for target in &TARGETS {
        for (sites, is_own_site) in SITES {
            let origins = ORIGINS.iter().map(std::slice::from_ref);
            for origins in origins.chain([&[][..]]) {
                let is_own_origin = origins.iter().all(|origin| target.own.contains(origin));
                let provenance = Provenance { sites, origins };
                let request = target.request(provenance);
                let answer = send(&layer, with_cookie(request, &token)).await;
                let case = format!("{provenance:?} {:?} {}", target.hosts, target.uri);
                assert_judged(&answer, is_own_site && is_own_origin, &case);
                passed += usize::from(answer.seen.is_some());
            }
        }
    }
    // The own origins of each target, and no origin, with each of the four values that name the own site.
    let own: usize = TARGETS.iter().map(|target| target.own.len() + 1).sum();
    assert_eq!(passed, 4 * own);
}

/// Class 32: a second `Origin`, and bytes that are not text.
#[tokio::test]
async fn repeated_or_binary_origin_is_nobodys_own() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    let own = "https://app.test";
    for origins in [[own, own], [own, "https://evil.test"], ["null", own]] {
        let provenance = Provenance {
            sites: &[],
            origins: &origins,
        };
        let request = TARGETS[0].request(provenance);
        send(&layer, with_cookie(request, &token))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    for name in ["origin", "sec-fetch-site", "host"] {
        let provenance = Provenance {
            sites: &["same-origin"],
            origins: &[own],
        };
        let mut request = with_cookie(TARGETS[0].request(provenance), &token);
        send(&layer, clone_head(&request)).await.claims();
        let binary = HeaderValue::from_bytes(b"app.test\xff").unwrap();
        request.headers_mut().insert(name, binary);
        send(&layer, request)
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
}

/// Class 32: what is larger than any origin is not read, so it costs nothing and is nobody's own.
#[tokio::test]
async fn large_origin_is_nobodys_own() {
    const LIMIT: usize = 512;
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    let from_host_of = |bytes: usize| {
        let host = "a".repeat(bytes);
        let provenance = Provenance {
            sites: &["same-origin"],
            origins: &[&format!("https://{host}")],
        };
        with_cookie(request("POST", &[&host], provenance), &token)
    };
    let largest = LIMIT - "https://".len();
    send(&layer, from_host_of(largest)).await.claims();
    send(&layer, from_host_of(largest + 1))
        .await
        .assert_refused(Kind::CrossSiteCookie);
}

fn clone_head(request: &Request<Script>) -> Request<Script> {
    let mut clone = without_token();
    *clone.method_mut() = request.method().clone();
    *clone.headers_mut() = request.headers().clone();
    clone
}
