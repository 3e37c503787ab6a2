//! The responses that the client sees.

use super::{
    behind_each_proxy,
    site::{Site, bearer},
};

behind_each_proxy! {
    the_challenge_and_the_reason_reach_the_client
    a_malformed_request_is_refused_and_not_a_failure
    the_question_cannot_be_asked_from_outside
}

fn the_challenge_and_the_reason_reach_the_client(site: &Site) {
    let answer = site.refused(401, "GET /game");
    assert_eq!(
        answer.value("www-authenticate"),
        r#"Bearer realm="sequence""#
    );
    assert!(
        answer.body.contains(r#""error":"missing_token""#),
        "{answer:?}"
    );
    let answer = site.refused(401, &format!("GET /game\n{}x", bearer()));
    let challenge = answer.value("www-authenticate");
    assert!(
        challenge.contains(r#"error="invalid_token""#),
        "{challenge}"
    );
    assert!(
        answer.body.contains(r#""error":"invalid_token""#),
        "{answer:?}"
    );
    assert_eq!(answer.value("content-type"), "application/json");
    assert_eq!(answer.value("cache-control"), "no-store");
}

fn a_malformed_request_is_refused_and_not_a_failure(site: &Site) {
    let token = super::site::token();
    for headers in [
        "Authorization: Bearer a b".to_owned(),
        format!("X-Sequence-Token: {token}\nX-Sequence-Token: {token}"),
        format!("Cookie: __Host-token={token}; __Host-token={token}"),
    ] {
        let answer = site.refused(401, &format!("GET /game\n{headers}"));
        let challenge = answer.value("www-authenticate");
        assert!(challenge.contains("invalid_request"), "{challenge}");
        assert!(answer.body.contains("invalid_request"), "{answer:?}");
    }
}

/// Each of these paths belongs to the backend or does not exist.
fn the_question_cannot_be_asked_from_outside(site: &Site) {
    for path in [
        "/verify",
        "/_wallet_verify",
        "/@wallet_unauthorized",
        "/%5fwallet_verify",
        "//_wallet_verify",
    ] {
        let head = format!(
            "GET {path}\nX-Forwarded-Method: GET\nX-Forwarded-Host: a\n{}",
            bearer()
        );
        let answer = site.send(&head, b"");
        assert_ne!(answer.status, 204, "{answer:?}");
        assert!(answer.values("x-wallet-address").is_empty(), "{answer:?}");
    }
}
