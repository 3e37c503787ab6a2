//! Clients that claim an identity.

use test_support::ISSUER;

use super::{
    backend::Seen,
    behind_each_proxy,
    site::{Site, WALLET, bearer},
};

behind_each_proxy! {
    the_backend_is_told_of_the_player
    a_player_without_an_email_has_none
    a_player_cannot_be_somebody_else
    a_player_without_an_email_cannot_take_one
    a_bad_token_passes_nothing
    nobody_is_anybody_on_a_public_path
    a_player_is_nobody_on_a_public_path
    hop_by_hop_headers_remove_nothing
    folded_headers_are_no_other_headers
}

const ATTACKER: &str = "0x000000000000000000000000000000000000dEaD";

/// The ways to write a name that some backend or other takes for `X-Wallet-…`.
fn forgeries() -> Vec<String> {
    let mut forgeries = Vec::new();
    for name in ["Address", "Email", "Project", "Issuer", "Anything-Else"] {
        for first in ["-", "_", ".", "!", "~"] {
            for second in ["-", "_", ".", "*", "|"] {
                forgeries.push(format!("X{first}Wallet{second}{name}: {ATTACKER}"));
            }
        }
        let name = name.to_lowercase();
        forgeries.push(format!("x-wallet-{name}: {ATTACKER}"));
        forgeries.push(format!("X-WALLET-{}: {ATTACKER}", name.to_uppercase()));
        forgeries.push(format!("x-wAlLeT_{name}: {ATTACKER}"));
        forgeries.push(format!("X-Wallet-{name}: "));
        forgeries.push(format!("X-Wallet-{name}: {ATTACKER}, {WALLET}"));
    }
    forgeries
}

#[track_caller]
fn assert_is_the_player(seen: &Seen) {
    assert_eq!(seen.value("x-wallet-address"), WALLET);
    assert_eq!(seen.value("x-wallet-email"), "player@example.com");
    assert_eq!(seen.value("x-wallet-project"), "13639");
    assert_eq!(seen.value("x-wallet-issuer"), ISSUER.url());
    assert_eq!(seen.wallet().len(), 4, "{seen:?}");
}

fn the_backend_is_told_of_the_player(site: &Site) {
    let seen = site.passed(&format!("GET /game\n{}", bearer())).unwrap();
    assert_is_the_player(&seen);
    let token = super::site::token();
    for place in ["X-Sequence-Token: ", "Cookie: __Host-token="] {
        let seen = site.passed(&format!("GET /game\n{place}{token}")).unwrap();
        assert_is_the_player(&seen);
    }
}

fn a_player_without_an_email_has_none(site: &Site) {
    for (email, told) in [
        (None, ""),
        (Some("é+日@example.com"), "%C3%A9%2B%E6%97%A5@example.com"),
    ] {
        let token = match email {
            Some(email) => ISSUER.token().email(email).mint(),
            None => ISSUER.token().without_claim("email").mint(),
        };
        let head = format!("GET /game\nAuthorization: Bearer {token}");
        assert_eq!(site.passed(&head).unwrap().value("x-wallet-email"), told);
    }
}

/// One by one, all at once, and each twice.
fn a_player_cannot_be_somebody_else(site: &Site) {
    let player = format!("GET /game\n{}", bearer());
    let all = forgeries();
    for forgery in &all {
        assert_is_the_player(&site.passed(&format!("{player}\n{forgery}")).unwrap());
        let twice = format!("GET /game\n{forgery}\n{}\n{forgery}", bearer());
        assert_is_the_player(&site.passed(&twice).unwrap());
    }
    for some in all.chunks(50) {
        let some = some.join("\n");
        assert_is_the_player(&site.passed(&format!("{player}\n{some}")).unwrap());
    }
}

fn a_player_without_an_email_cannot_take_one(site: &Site) {
    let guest = ISSUER.token().without_claim("email").mint();
    for forgery in forgeries() {
        let head = format!("GET /game\nAuthorization: Bearer {guest}\n{forgery}");
        let seen = site.passed(&head).unwrap();
        assert_eq!(seen.value("x-wallet-email"), "", "{forgery}");
        assert_eq!(seen.wallet().len(), 3, "{seen:?}");
    }
}

fn a_bad_token_passes_nothing(site: &Site) {
    let forgeries = forgeries()[..30].join("\n");
    for token in ["", "Authorization: Bearer x.y.z\n", "X-Sequence-Token: x\n"] {
        site.refused(401, &format!("GET /game\n{token}{forgeries}"));
    }
    site.refused(401, &format!("GET /game\n{}x\n{forgeries}", bearer()));
}

fn nobody_is_anybody_on_a_public_path(site: &Site) {
    for forgery in forgeries() {
        let head = format!("GET /public/page\n{forgery}\n{forgery}");
        let seen = site.passed(&head).unwrap();
        assert!(seen.wallet().is_empty(), "{seen:?}");
    }
}

fn a_player_is_nobody_on_a_public_path(site: &Site) {
    let head = format!(
        "GET /public/page\n{}\n{}",
        bearer(),
        forgeries()[..50].join("\n")
    );
    let seen = site.passed(&head).unwrap();
    assert!(seen.wallet().is_empty(), "{seen:?}");
}

/// `Connection` names headers that are for the next hop alone.
fn hop_by_hop_headers_remove_nothing(site: &Site) {
    for names in [
        "X-Wallet-Address",
        "x-wallet-address, X-Wallet-Email, X-Wallet-Project, X-Wallet-Issuer",
        "X-Forwarded-Method, X-Forwarded-Host",
        "Upgrade, X-Wallet-Address",
    ] {
        let head = format!("GET /game\n{}\nConnection: close, {names}", bearer());
        assert_is_the_player(&site.passed(&head).unwrap());
        let head = format!(
            "GET /game\nConnection: close\nConnection: {names}\n{}",
            bearer()
        );
        assert_is_the_player(&site.passed(&head).unwrap());
    }
}

/// A line that begins with white space continues the value of the line before (RFC 9112 §5.2).
fn folded_headers_are_no_other_headers(site: &Site) {
    for fold in ["\r\n ", "\r\n\t", "\r", "\n", "\0"] {
        let host = site.host();
        let request = format!(
            "GET /game HTTP/1.1\r\nhost: {host}\r\n{}\r\nX-Note: a{fold}X-Wallet-Address: {ATTACKER}\r\n\
             connection: close\r\n\r\n",
            bearer()
        );
        super::client::send_ambiguous(host, request.as_bytes());
        for seen in site.seen() {
            assert_is_the_player(&seen);
        }
    }
}
