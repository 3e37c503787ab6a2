//! The proxy while the server is down or has no keys.

use sequence_auth::{FetchError, SequenceAuthLayer};
use test_support::PROJECT;

use super::{
    for_each_proxy,
    process::Proxy,
    site::{Site, bearer},
};

for_each_proxy! {
    without_a_server_nothing_passes
    without_keys_clients_are_told_when_to_come_back
}

fn without_a_server_nothing_passes(proxy: Proxy) {
    let site = Site::start_with(proxy, None);
    let status = match proxy {
        Proxy::Nginx => 503,
        Proxy::Caddy => 502,
        Proxy::Traefik => 500,
    };
    site.refused(status, &format!("GET /game\n{}", bearer()));
    site.refused(status, "GET /game\nX-Wallet-Address: 0xdead");
    // It does not concern what is public.
    assert!(site.passed("GET /public/").is_some());
}

fn without_keys_clients_are_told_when_to_come_back(proxy: Proxy) {
    let builder = SequenceAuthLayer::builder(PROJECT);
    let layer = builder.key_fetcher(async || Err(FetchError::new("down")));
    let site = Site::start_with(proxy, Some(layer.build().unwrap()));
    let answer = site.refused(503, &format!("GET /game\n{}", bearer()));
    assert!(answer.value("retry-after").parse::<u64>().unwrap() > 0);
    assert!(
        answer.body.contains("temporarily_unavailable"),
        "{answer:?}"
    );
    site.refused(401, "GET /game");
}
