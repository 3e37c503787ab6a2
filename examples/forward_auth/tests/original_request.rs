//! The request that the proxy asks about.

use axum::{body::Body, http::Request};
use test_support::{ISSUER, layer};

use crate::asked::{Answer, ask, verify};

async fn with_cookie(headers: &[(&str, &str)]) -> Answer {
    let cookie = format!("__Host-token={}", ISSUER.token().mint());
    let headers = [headers, &[("cookie", &cookie)]].concat();
    verify(&layer(), &headers).await
}

#[track_caller]
fn assert_other_site(answer: &Answer) {
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(answer.json()["error"], "insufficient_scope");
    assert!(answer.body.contains("another site"));
}

#[tokio::test]
async fn a_proxy_that_does_not_say_what_it_asks_about_is_told() {
    let bearer = format!("Bearer {}", ISSUER.token().mint());
    let bearer = ("authorization", bearer.as_str());
    for (name, shown) in [
        ("x-forwarded-method", "X-Forwarded-Method"),
        ("x-forwarded-host", "X-Forwarded-Host"),
    ] {
        for values in [&[""][..], &["GET", "GET"], &["GET", "POST"], &["", "GET"]] {
            let mut headers: Vec<_> = values.iter().map(|value| (name, *value)).collect();
            headers.push(bearer);
            let answer = verify(&layer(), &headers).await;
            assert_eq!(answer.status, 500, "{values:?}: {answer:?}");
            assert_eq!(answer.json()["error"], "proxy_misconfigured");
            assert!(answer.body.contains(shown), "{answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    let answer = verify(&layer(), &[("x-forwarded-method", "é"), bearer]).await;
    assert_eq!(answer.status, 500);
}

#[tokio::test]
async fn a_proxy_that_says_nothing_is_told() {
    let request = Request::get("/verify");
    let token = format!("Bearer {}", ISSUER.token().mint());
    let request = request
        .header("host", "game.example")
        .header("authorization", token);
    let answer = ask(&layer(), request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 500);
}

#[tokio::test]
async fn what_another_site_changes_is_refused_for_a_cookie() {
    for method in ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "get", "PURGE"] {
        let method = ("x-forwarded-method", method);
        for site in ["cross-site", "same-site", ""] {
            let answer = with_cookie(&[method, ("sec-fetch-site", site)]).await;
            assert_other_site(&answer);
        }
        for origin in ["https://attacker.test", "https://verify.internal", "null"] {
            assert_other_site(&with_cookie(&[method, ("origin", origin)]).await);
        }
        let own = [
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://game.example"),
        ];
        let answer = with_cookie(&[method, own[0], own[1]]).await;
        assert_eq!(answer.status, 204, "{answer:?}");
    }
}

#[tokio::test]
async fn what_another_site_only_asks_for_passes() {
    for method in ["GET", "HEAD"] {
        let headers = [
            ("x-forwarded-method", method),
            ("sec-fetch-site", "cross-site"),
        ];
        assert_eq!(with_cookie(&headers).await.status, 204);
    }
}

#[tokio::test]
async fn the_host_is_the_one_that_the_client_named() {
    for (host, origin, status) in [
        ("game.example", "https://game.example", 204),
        ("game.example:8443", "https://game.example:8443", 204),
        ("game.example:8443", "https://game.example", 403),
        ("game.example", "https://verify.internal", 403),
        ("verify.internal, game.example", "https://game.example", 403),
    ] {
        let headers = [
            ("x-forwarded-method", "POST"),
            ("x-forwarded-host", host),
            ("origin", origin),
        ];
        let answer = with_cookie(&headers).await;
        assert_eq!(answer.status, status, "{host} {origin}");
    }
}

/// A host in the request line counts more than the header.
#[tokio::test]
async fn the_host_of_the_question_does_not_count() {
    let cookie = format!("__Host-token={}", ISSUER.token().mint());
    let request = Request::get("http://attacker.test/verify")
        .header("x-forwarded-method", "POST")
        .header("x-forwarded-host", "game.example")
        .header("origin", "https://attacker.test")
        .header("cookie", cookie);
    assert_other_site(&ask(&layer(), request.body(Body::empty()).unwrap()).await);
}

/// Traefik and nginx leave `Upgrade` out.
#[tokio::test]
async fn a_websocket_of_another_site_is_refused_however_it_shows() {
    for header in [
        ("upgrade", "websocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ] {
        let other = ("origin", "https://attacker.test");
        assert_other_site(&with_cookie(&[header, other]).await);
        let own = ("origin", "https://game.example");
        assert_eq!(with_cookie(&[header, own]).await.status, 204);
    }
}

#[tokio::test]
async fn a_bearer_token_is_accepted_from_every_site() {
    let bearer = format!("Bearer {}", ISSUER.token().mint());
    let headers = [
        ("x-forwarded-method", "POST"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://attacker.test"),
        ("authorization", &bearer),
    ];
    assert_eq!(verify(&layer(), &headers).await.status, 204);
}
