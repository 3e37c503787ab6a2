//! Browsers that another site sends, with the cookie.

use super::{
    behind_each_proxy,
    site::{Site, WALLET, token},
};

behind_each_proxy! {
    another_site_changes_nothing
    a_client_cannot_say_that_it_was_a_get
    the_own_site_changes_what_it_wants
    another_site_may_link_here
    another_site_opens_no_websocket
}

fn cookie() -> String {
    format!("Cookie: a=b; __Host-token={}", token())
}

const OTHER_SITES: [&str; 4] = [
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site",
    "Origin: https://attacker.test",
    "Origin: null",
];

fn another_site_changes_nothing(site: &Site) {
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for other in OTHER_SITES {
            let head = format!("{method} /game\n{other}\n{}\nContent-Length: 0", cookie());
            let answer = site.refused(403, &head);
            assert!(answer.body.contains("another site"), "{answer:?}");
            let challenge = answer.value("www-authenticate");
            assert!(challenge.contains("insufficient_scope"), "{challenge}");
        }
    }
}

fn a_client_cannot_say_that_it_was_a_get(site: &Site) {
    let host = "attacker.test";
    for forged in [
        "X-Forwarded-Method: GET".to_owned(),
        "X-Forwarded-Method: GET\nX-Forwarded-Method: GET".to_owned(),
        "X_Forwarded_Method: GET\nX-Forwarded_Method: GET".to_owned(),
        "X-Original-Method: GET\nX-HTTP-Method-Override: GET".to_owned(),
        format!("X-Forwarded-Host: {host}\nX-Original-Host: {host}"),
        format!("X-Forwarded-Host: {host}\nX-Forwarded-Method: GET\nForwarded: host={host}"),
        format!("X-Forwarded-Host: {host}\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Uri: /public/"),
        "Connection: close, X-Forwarded-Method, X-Forwarded-Host".to_owned(),
    ] {
        let head = format!(
            "POST /game\nOrigin: https://{host}\n{forged}\n{}\nContent-Length: 0",
            cookie()
        );
        site.refused(403, &head);
    }
}

fn the_own_site_changes_what_it_wants(site: &Site) {
    for own in [
        String::new(),
        format!("Origin: http://{}\n", site.host()),
        format!(
            "Sec-Fetch-Site: same-origin\nOrigin: http://{}\n",
            site.host()
        ),
    ] {
        let head = format!("POST /game\n{own}{}\nContent-Length: 0", cookie());
        assert_eq!(
            site.passed(&head).unwrap().value("x-wallet-address"),
            WALLET
        );
    }
}

fn another_site_may_link_here(site: &Site) {
    let head = format!("GET /game\nSec-Fetch-Site: cross-site\n{}", cookie());
    assert_eq!(
        site.passed(&head).unwrap().value("x-wallet-address"),
        WALLET
    );
}

fn another_site_opens_no_websocket(site: &Site) {
    for other in OTHER_SITES {
        let head = format!(
            "GET /game\n{other}\n{}\n{}",
            cookie(),
            super::upgrades::WEBSOCKET
        );
        site.refused(403, &head);
    }
}
