//! Class 32: another site's page makes a browser send the player's cookie, in a form, a script's request or the
//! handshake of a WebSocket.

mod provenance;

use http::{Method, Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};

use crate::{
    source::{COOKIE, PLACES, looking_in, with},
    support::{Answer, ISSUER, Script, json, layer, send, without_token},
};

const HOST: &str = "app.test";

const METHODS_WITH_EFFECT: [&str; 8] = [
    "POST", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "BREW", "post",
];
const SAFE_METHODS: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// The headers with which a browser names the sender of a request.
#[derive(Clone, Copy, Debug)]
struct Provenance<'a> {
    sites: &'a [&'a str],
    origins: &'a [&'a str],
}

/// A request to these hosts.
fn request(method: &str, hosts: &[&str], provenance: Provenance<'_>) -> Request<Script> {
    let mut request = without_token();
    *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
    let lines = [
        ("host", hosts),
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

/// Class 32: classic CSRF (CWE-352), with each method that may change something.
#[tokio::test]
async fn every_method_with_effect_is_checked() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    for (provenances, is_own) in [(FOREIGN, false), (OWN, true)] {
        for provenance in provenances {
            for method in METHODS_WITH_EFFECT {
                let request = request(method, &[HOST], provenance);
                let answer = send(&layer, with_cookie(request, &token)).await;
                assert_judged(&answer, is_own, &format!("{method} {provenance:?}"));
            }
        }
    }
}

/// Class 32: a link to a page still works, because a safe method changes nothing (RFC 9110 §9.2.1).
#[tokio::test]
async fn safe_method_passes_from_anywhere() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    for provenance in FOREIGN.into_iter().chain(OWN) {
        for method in SAFE_METHODS {
            let request = request(method, &[HOST], provenance);
            send(&layer, with_cookie(request, &token)).await.claims();
        }
    }
}

/// Class 32: cross-site WebSocket hijacking (CWE-1385). A handshake is a GET, and the same-origin policy does not
/// protect its response. CVE-2023-0957 (Gitpod).
#[tokio::test]
async fn upgrade_is_checked_with_every_method() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    for (provenances, is_own) in [(FOREIGN, false), (OWN, true)] {
        for provenance in provenances {
            for method in SAFE_METHODS {
                let request = with_upgrade(request(method, &[HOST], provenance));
                let answer = send(&layer, with_cookie(request, &token)).await;
                assert_judged(&answer, is_own, &format!("{method} {provenance:?}"));
            }
        }
    }
}

/// Class 32: a bad token in the cookie reveals nothing to another site.
#[tokio::test]
async fn foreign_request_is_refused_before_its_token_is_judged() {
    let layer = looking_in(cookie());
    for token in ["x", &*ISSUER.token().expired().mint()] {
        let request = request("POST", &[HOST], FOREIGN[0]);
        send(&layer, with_cookie(request, token))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    let without_cookie = || request("POST", &[HOST], FOREIGN[0]);
    for request in [without_cookie(), with_cookie(without_cookie(), "")] {
        send(&layer, request)
            .await
            .assert_refused(Kind::MissingToken);
    }
}

/// Class 32: a request from another site does not become anonymous either.
#[tokio::test]
async fn foreign_request_is_refused_where_a_token_is_optional() {
    let optional = looking_in(cookie()).optional();
    let token = ISSUER.token().mint();
    for provenance in FOREIGN {
        let request = request("POST", &[HOST], provenance);
        send(&optional, with_cookie(request, &token))
            .await
            .assert_refused(Kind::CrossSiteCookie);
    }
    let without_cookie = request("POST", &[HOST], FOREIGN[0]);
    assert!(send(&optional, without_cookie).await.seen().anonymous);
}

/// Class 32: 403, as for every valid token without the right.
#[tokio::test]
async fn refusal_says_that_another_site_made_the_request() {
    let layer = looking_in(cookie());
    let token = ISSUER.token().mint();
    let foreign = || with_cookie(request("POST", &[HOST], FOREIGN[0]), &token);
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
    let grpc = with(foreign(), "content-type", "application/grpc");
    let answer = send(&layer, grpc).await;
    assert_eq!(answer.headers["grpc-status"], "7");
    assert_eq!(answer.headers["grpc-message"], text);
}

/// Class 32: an application that opts out has to call a method whose name begins with `dangerous`.
#[tokio::test]
async fn foreign_request_passes_where_that_is_accepted() {
    let layer = looking_in(cookie().dangerous_accept_cross_site());
    let token = ISSUER.token().mint();
    for provenance in FOREIGN {
        let request = request("POST", &[HOST], provenance);
        send(&layer, with_cookie(request, &token)).await.claims();
    }
    // Opting out does not disable any other check.
    let twice = with_cookie(with_cookie(without_token(), &token), &token);
    send(&layer, twice)
        .await
        .assert_refused(Kind::RepeatedTokenCookie);
    let expired = ISSUER.token().expired().mint();
    send(&layer, with_cookie(without_token(), &expired))
        .await
        .assert_refused(Kind::Expired);
}

/// Class 32: a browser only sends cookies on its own, so the other sources do not check the sender.
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
                let request = with_upgrade(request("POST", &[HOST], provenance));
                let request = with_cookie((place.put)(request, &token), "x");
                send(&layer, request).await.claims();
            }
        }
    }
}

/// Class 32: the check also holds if the cookie source comes after a body without a token.
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
