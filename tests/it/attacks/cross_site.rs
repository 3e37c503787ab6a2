//! Class 31: another site's page makes a browser send the player's cookie, in a form, a script's request or the
//! handshake of a WebSocket.

use http::{HeaderValue, Method, Request, StatusCode, Uri};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};

use crate::{
    source::{COOKIE, PLACES, looking_in, with},
    support::{Answer, ISSUER, Script, json, layer, send, without_token},
};

const METHODS_WITH_EFFECT: [&str; 8] = [
    "POST", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "BREW", "post",
];
const SAFE_METHODS: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// Lines of `Sec-Fetch-Site`, and whether they say that the request is the application's own.
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

/// Where a request was sent to: its `Host` lines and its URI, as HTTP/2 has it, with the origins that are its own.
struct Target {
    hosts: &'static [&'static str],
    uri: &'static str,
    own: &'static [&'static str],
}

const TARGETS: [Target; 15] = [
    Target {
        hosts: &["app.test"],
        uri: "/",
        own: &[
            "https://app.test",
            "https://app.test:443",
            "http://app.test",
            "http://app.test:80",
            "https://APP.test",
        ],
    },
    Target {
        hosts: &["app.test:443"],
        uri: "/",
        own: &[
            "https://app.test",
            "https://app.test:443",
            "https://APP.test",
            "http://app.test:443",
        ],
    },
    Target {
        hosts: &["app.test:8443"],
        uri: "/",
        own: &["https://app.test:8443"],
    },
    Target {
        hosts: &["App.TEST"],
        uri: "/",
        own: &[
            "https://app.test",
            "https://app.test:443",
            "http://app.test",
            "http://app.test:80",
            "https://APP.test",
        ],
    },
    Target {
        hosts: &["[::1]:3000"],
        uri: "/",
        own: &["http://[::1]:3000"],
    },
    Target {
        hosts: &["[::1]"],
        uri: "/",
        own: &["http://[::1]"],
    },
    Target {
        hosts: &["127.0.0.1:3000"],
        uri: "/",
        own: &["http://127.0.0.1:3000"],
    },
    // HTTP/2: what the URI says counts (RFC 9113 §8.3.1).
    Target {
        hosts: &[],
        uri: "https://app.test/",
        own: &[
            "https://app.test",
            "https://app.test:443",
            "http://app.test",
            "http://app.test:80",
            "https://APP.test",
        ],
    },
    Target {
        hosts: &["evil.test"],
        uri: "https://app.test:8443/",
        own: &["https://app.test:8443"],
    },
    Target {
        hosts: &[],
        uri: "/",
        own: &[],
    },
    Target {
        hosts: &["app.test", "app.test"],
        uri: "/",
        own: &[],
    },
    Target {
        hosts: &["app.test", "evil.test"],
        uri: "/",
        own: &[],
    },
    Target {
        hosts: &["user@app.test"],
        uri: "/",
        own: &[],
    },
    Target {
        hosts: &["app.test:99999"],
        uri: "/",
        own: &[],
    },
    Target {
        hosts: &["app.test/x"],
        uri: "/",
        own: &[],
    },
];

/// Origins, of which each is the own one of some target or of none.
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

/// What a browser says of who made a request.
#[derive(Clone, Copy, Debug)]
struct Provenance<'a> {
    sites: &'a [&'a str],
    origins: &'a [&'a str],
}

fn request(method: &str, target: &Target, provenance: Provenance<'_>) -> Request<Script> {
    let mut request = without_token();
    *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
    *request.uri_mut() = Uri::from_static(target.uri);
    let lines = [
        ("host", target.hosts),
        ("sec-fetch-site", provenance.sites),
        ("origin", provenance.origins),
    ];
    let lines = lines
        .iter()
        .flat_map(|(name, lines)| lines.iter().map(move |line| (*name, *line)));
    lines.fold(request, |request, (name, line)| with(request, name, line))
}

fn with_cookie(request: Request<Script>, token: &str) -> Request<Script> {
    with(request, "cookie", format!("{COOKIE}={token}"))
}

fn with_upgrade(request: Request<Script>) -> Request<Script> {
    with(request, "upgrade", "websocket")
}

fn cookie() -> TokenSource {
    TokenSource::cookie(COOKIE).unwrap()
}

#[track_caller]
fn assert_judged(answer: &Answer, is_own: bool, case: &str) {
    let expected = (!is_own).then_some(Kind::CrossSiteCookie);
    assert_eq!(answer.kind(), expected, "{case}");
    assert_eq!(answer.seen.is_some(), is_own, "{case}");
}

/// Class 31: who made the request is told by both headers, and either is enough to refuse it.
#[tokio::test]
async fn cookie_counts_only_in_requests_of_the_own_origin() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    let mut passed = 0;
    for target in &TARGETS {
        for (sites, is_own_site) in SITES {
            let origins = ORIGINS.iter().map(|origin| std::slice::from_ref(origin));
            for origins in origins.chain([&[][..]]) {
                let is_own_origin = origins.iter().all(|origin| target.own.contains(origin));
                let provenance = Provenance { sites, origins };
                let request = request("POST", target, provenance);
                let answer = send(&layer, with_cookie(request, &token)).await;
                let case = format!("{provenance:?} {:?} {}", target.hosts, target.uri);
                assert_judged(&answer, is_own_site && is_own_origin, &case);
                passed += usize::from(answer.seen.is_some());
            }
        }
    }
    // Each target's own origins, and none, with each of the four ways to say that the site is the own.
    let own: usize = TARGETS.iter().map(|target| target.own.len() + 1).sum();
    assert_eq!(passed, 4 * own);
}

/// Class 31: a second `Origin`, and bytes that are not text.
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
        let request = request("POST", &TARGETS[0], provenance);
        send(&layer, with_cookie(request, &token))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    for name in ["origin", "sec-fetch-site", "host"] {
        let provenance = Provenance {
            sites: &["same-origin"],
            origins: &[own],
        };
        let mut request = with_cookie(request("POST", &TARGETS[0], provenance), &token);
        send(&layer, clone_head(&request)).await.claims();
        let binary = HeaderValue::from_bytes(b"app.test\xff").unwrap();
        request.headers_mut().insert(name, binary);
        send(&layer, request)
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
}

fn clone_head(request: &Request<Script>) -> Request<Script> {
    let mut clone = without_token();
    *clone.method_mut() = request.method().clone();
    *clone.headers_mut() = request.headers().clone();
    clone
}

const FOREIGN: [Provenance<'static>; 4] = [
    Provenance {
        sites: &["cross-site"],
        origins: &["https://evil.test"],
    },
    Provenance {
        sites: &["same-site"],
        origins: &[],
    },
    Provenance {
        sites: &[],
        origins: &["https://evil.test"],
    },
    Provenance {
        sites: &["same-origin"],
        origins: &["null"],
    },
];

const OWN: [Provenance<'static>; 4] = [
    Provenance {
        sites: &[],
        origins: &[],
    },
    Provenance {
        sites: &["same-origin"],
        origins: &["https://app.test"],
    },
    Provenance {
        sites: &["none"],
        origins: &[],
    },
    Provenance {
        sites: &[],
        origins: &["https://app.test"],
    },
];

/// Class 31: CSRF as ever (CWE-352), by whatever method may change something.
#[tokio::test]
async fn every_method_with_effect_is_checked() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    for (provenances, is_own) in [(FOREIGN, false), (OWN, true)] {
        for provenance in provenances {
            for method in METHODS_WITH_EFFECT {
                let request = request(method, &TARGETS[0], provenance);
                let answer = send(&layer, with_cookie(request, &token)).await;
                assert_judged(&answer, is_own, &format!("{method} {provenance:?}"));
            }
        }
    }
}

/// Class 31: a link leads to a page, as ever; what is safe changes nothing (RFC 9110 §9.2.1).
#[tokio::test]
async fn safe_method_passes_from_anywhere() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    for provenance in FOREIGN.into_iter().chain(OWN) {
        for method in SAFE_METHODS {
            let request = request(method, &TARGETS[0], provenance);
            send(&layer, with_cookie(request, &token)).await.claims();
        }
    }
}

/// Class 31: cross-site WebSocket hijacking (CWE-1385): a handshake is a GET, and no policy of origins keeps another
/// site from the answer. CVE-2023-0957 (Gitpod).
#[tokio::test]
async fn upgrade_is_checked_with_every_method() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    for (provenances, is_own) in [(FOREIGN, false), (OWN, true)] {
        for provenance in provenances {
            for method in SAFE_METHODS {
                let request = with_upgrade(request(method, &TARGETS[0], provenance));
                let answer = send(&layer, with_cookie(request, &token)).await;
                assert_judged(&answer, is_own, &format!("{method} {provenance:?}"));
            }
        }
    }
}

/// Class 31: a bad token in the cookie tells another site nothing.
#[tokio::test]
async fn foreign_request_is_refused_before_its_token_is_judged() {
    let layer = looking_in(cookie());
    for token in ["x", &*ISSUER.token().expired().mint()] {
        let request = request("POST", &TARGETS[0], FOREIGN[0]);
        send(&layer, with_cookie(request, token))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    let without_cookie = request("POST", &TARGETS[0], FOREIGN[0]);
    send(&layer, without_cookie)
        .await
        .assert_refused(Kind::MissingToken);
}

/// Class 31: nobody becomes anonymous by it either.
#[tokio::test]
async fn foreign_request_is_refused_where_a_token_is_optional() {
    let optional = looking_in(cookie()).optional();
    let token = ISSUER.token().mint();
    for provenance in FOREIGN {
        let request = request("POST", &TARGETS[0], provenance);
        send(&optional, with_cookie(request, &token))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    let without_cookie = request("POST", &TARGETS[0], FOREIGN[0]);
    assert!(send(&optional, without_cookie).await.seen().anonymous);
}

/// Class 31: 403, as for every valid token that is not enough.
#[tokio::test]
async fn refusal_says_that_another_site_made_the_request() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    let foreign = || with_cookie(request("POST", &TARGETS[0], FOREIGN[0]), &token);
    let answer = send(&layer, foreign()).await;
    let text = "the token is in a cookie, and another site made the request";
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        answer.body,
        format!(r#"{{"error":"insufficient_scope","error_description":"{text}"}}"#)
    );
    let challenge = format!(
        r#"Bearer realm="sequence", error="insufficient_scope", error_description="{text}""#
    );
    assert_eq!(answer.headers["www-authenticate"], challenge);
    let grpc = with(foreign(), "content-type", "application/grpc-web");
    let answer = send(&layer, grpc).await;
    assert_eq!(answer.headers["grpc-status"], "7");
    assert_eq!(answer.headers["grpc-message"], text);
}

/// Class 31: what an application accepts by a name that begins with `dangerous`.
#[tokio::test]
async fn foreign_request_passes_where_that_is_accepted() {
    let layer = looking_in(cookie().dangerous_accept_cross_site());
    let token = ISSUER.token().mint();
    for provenance in FOREIGN {
        let request = request("POST", &TARGETS[0], provenance);
        send(&layer, with_cookie(request, &token)).await.claims();
    }
    // Nothing else is waived.
    let twice = with_cookie(with_cookie(without_token(), &token), &token);
    send(&layer, twice)
        .await
        .assert_refused(Kind::RepeatedTokenCookie);
    let expired = ISSUER.token().expired().mint();
    send(&layer, with_cookie(without_token(), &expired))
        .await
        .assert_refused(Kind::Expired);
}

/// Class 31: a browser sends nothing but cookies by itself, so that no other source asks who made the request.
#[tokio::test]
async fn other_sources_pass_from_anywhere() {
    let token = ISSUER.token().mint();
    for place in PLACES.iter().filter(|place| place.name != "cookie") {
        let layers: [fn(TokenSource) -> SequenceAuthLayer; 2] = [
            |source| layer().sources([source.dangerous_accept_cross_site(), cookie()]),
            |source| layer().sources([source, cookie()]),
        ];
        for layer in layers.map(|layer| layer((place.source)())) {
            for provenance in FOREIGN {
                let request = with_upgrade(request("POST", &TARGETS[0], provenance));
                let request = with_cookie((place.put)(request, &token), "x");
                send(&layer, request).await.claims();
            }
        }
    }
}

/// Class 31: also when the cookie is asked after a body without a token.
#[tokio::test]
async fn cookie_after_a_body_is_checked() {
    let layer = layer().sources([TokenSource::json_field("token").unwrap(), cookie()]);
    let token = ISSUER.token().mint();
    let with_cookie_in_json = || with_cookie(json("{}"), &token);
    send(&layer, with_cookie_in_json()).await.claims();
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.test"),
    ] {
        send(&layer, with(with_cookie_in_json(), name, value))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
}
