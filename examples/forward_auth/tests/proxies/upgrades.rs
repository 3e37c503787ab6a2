//! Requests for another protocol: WebSockets pass, and upgrades that would hide requests from the proxy do not.

use super::{
    behind_each_proxy,
    site::{Site, WALLET, bearer},
};

behind_each_proxy! {
    a_player_opens_a_websocket
    nobody_opens_a_websocket
    a_websocket_cannot_lose_its_player
    no_other_protocol_passes
}

pub(crate) const WEBSOCKET: &str = "\
    Connection: Upgrade, close\n\
    Upgrade: websocket\n\
    Sec-WebSocket-Version: 13\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\
    Sec-WebSocket-Protocol: game.v1";

fn a_player_opens_a_websocket(site: &Site) {
    let answer = site.send(&format!("GET /game\n{WEBSOCKET}\n{}", bearer()), b"");
    assert_eq!(answer.status, 101, "{answer:?}");
    assert_eq!(answer.body, "hello");
    let seen = site.seen();
    assert_eq!(seen[0].value("x-wallet-address"), WALLET);
    assert_eq!(seen[0].value("sec-websocket-protocol"), "game.v1");
    assert_eq!(
        seen[0].value("sec-websocket-key"),
        "dGhlIHNhbXBsZSBub25jZQ=="
    );
}

/// `Connection` names headers that are for the next hop alone.
fn a_websocket_cannot_lose_its_player(site: &Site) {
    let names = "Connection: X-Wallet-Address, x-wallet-email, Upgrade";
    let websocket = WEBSOCKET.replace("Connection: Upgrade", names);
    let answer = site.send(&format!("GET /game\n{websocket}\n{}", bearer()), b"");
    assert_eq!(answer.status, 101, "{answer:?}");
    let seen = site.seen();
    assert_eq!(seen[0].value("x-wallet-address"), WALLET);
    assert_eq!(seen[0].wallet().len(), 4, "{seen:?}");
}

fn nobody_opens_a_websocket(site: &Site) {
    site.refused(401, &format!("GET /game\n{WEBSOCKET}"));
    site.refused(401, &format!("GET /game\n{WEBSOCKET}\n{}x", bearer()));
}

/// Over HTTP/2 without TLS, a client could ask the backend behind the proxy's back.
fn no_other_protocol_passes(site: &Site) {
    for path in ["/game", "/public/"] {
        for names in ["Upgrade, HTTP2-Settings", "Upgrade"] {
            let head = format!(
                "GET {path}\nConnection: close, {names}\nUpgrade: h2c\n\
                 HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\n{}",
                bearer()
            );
            let answer = site.send(&head, b"");
            assert_ne!(answer.status, 101, "{answer:?}");
            for seen in site.seen() {
                assert_eq!(seen.value("upgrade"), "", "{seen:?}");
            }
        }
    }
}
