//! The origins that may request a nonce.

use http::{Request, StatusCode};
use sequence_auth::LoginCookies;

use super::{nonces_of, set_cookies};
use crate::recorder::Recorder;

const HOST: &str = "api.example.com";
const OWN: &str = "https://api.example.com";
const PAGE: &str = "https://play.example.com";

/// Returns the status of the response to a request with these headers, after checking the rest.
#[track_caller]
fn status(cookies: &LoginCookies, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = Request::get("/nonce").header("host", HOST);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = nonces_of(cookies.clone()).respond_to(&request.body(()).unwrap());
    let is_issued = response.status() == StatusCode::OK;
    assert_eq!(set_cookies(&response).len(), usize::from(is_issued));
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
    if !is_issued {
        assert_eq!(
            response.body(),
            r#"{"error":"access_denied","error_description":"another site asked for the nonce"}"#
        );
    }
    response.status()
}

#[test]
fn nonce_is_for_pages_of_the_own_host_and_for_clients_that_are_no_browsers() {
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", OWN)],
        &[("origin", OWN), ("sec-fetch-site", "same-origin")],
    ] {
        for cookies in [
            LoginCookies::default(),
            LoginCookies::default().allow_cross_site_frames(),
        ] {
            assert_eq!(status(&cookies, headers), StatusCode::OK, "{headers:?}");
        }
    }
}

#[test]
fn other_site_is_refused() {
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ],
        &[("origin", PAGE)],
        &[("origin", "null")],
        &[("origin", OWN), ("sec-fetch-site", "cross-site")],
        &[("origin", PAGE), ("sec-fetch-site", "same-origin")],
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        for cookies in [
            LoginCookies::default(),
            LoginCookies::default().allow_cross_site_frames(),
            LoginCookies::default().allow_origin("https://other.example.com"),
        ] {
            assert_eq!(
                status(&cookies, headers),
                StatusCode::FORBIDDEN,
                "{headers:?}"
            );
        }
    }
}

#[test]
fn scripts_of_an_allowed_origin_get_a_nonce() {
    let cookies = LoginCookies::default()
        .allow_origin("http://localhost:5173")
        .allow_origin(PAGE);
    for headers in [
        &[("origin", PAGE)][..],
        &[("origin", PAGE), ("sec-fetch-site", "same-site")],
        &[("origin", PAGE), ("sec-fetch-site", "cross-site")],
        &[
            ("origin", "http://localhost:5173"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        assert_eq!(status(&cookies, headers), StatusCode::OK, "{headers:?}");
    }
    for headers in [
        // A link, which sends no `Origin`.
        &[
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "navigate"),
        ][..],
        &[("origin", "https://play.example.com.attacker.example")],
        &[("origin", "https://PLAY.example.com")],
        &[("origin", "http://play.example.com")],
        &[("origin", "https://play.example.com:444")],
        &[("origin", PAGE), ("origin", PAGE)],
        &[("origin", PAGE), ("origin", "https://attacker.example")],
    ] {
        assert_eq!(
            status(&cookies, headers),
            StatusCode::FORBIDDEN,
            "{headers:?}"
        );
    }
}

#[test]
fn refusal_is_logged_at_debug() {
    let (recorder, _guard) = Recorder::start();
    status(&LoginCookies::default(), &[("origin", PAGE)]);
    let expected = r#"DEBUG no nonce was issued reason="another site asked for the nonce""#;
    assert_eq!(recorder.text().trim(), expected);
    assert_eq!(recorder.take_told(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn proxy_that_changes_the_host_is_told_once_a_minute() {
    let (recorder, _guard) = Recorder::start();
    let nonces = nonces_of(LoginCookies::default());
    let ask = |site: &str| {
        let request = Request::post("/nonce").header("host", "backend.internal");
        let request = request.header("origin", OWN).header("sec-fetch-site", site);
        let response = nonces.respond_to(&request.body(()).unwrap());
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        recorder.take_told()
    };
    assert_eq!(ask("cross-site"), [""; 0]);
    for _ in 0..2 {
        let told = ask("same-origin");
        assert_eq!(told.len(), 1, "{told:?}");
        let expected = "WARN no nonce was issued to a page of this host";
        assert!(told[0].starts_with(expected), "{told:?}");
        assert_eq!(ask("same-origin"), [""; 0]);
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
    }
}
