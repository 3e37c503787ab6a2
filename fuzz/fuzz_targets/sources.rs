//! The head of a request, for a layer with every source: the fuzzer cannot sign, so no token passes.

#![no_main]

use std::sync::LazyLock;

use http::{Request, header::SEC_WEBSOCKET_PROTOCOL};
use libfuzzer_sys::fuzz_target;
use sequence_auth::{SequenceAuthLayer, TokenSource};
use sequence_auth_fuzz::{PRODUCTION, request_head, send};

const PREFIX: &str = "token.";

static LAYER: LazyLock<SequenceAuthLayer> = LazyLock::new(|| {
    PRODUCTION.clone().sources([
        TokenSource::bearer(),
        TokenSource::header("x-token").expect("a header"),
        TokenSource::cookie("token").expect("a cookie"),
        TokenSource::subprotocol(PREFIX).expect("a prefix"),
    ])
});

fuzz_target!(|data: &[u8]| {
    let Some(request) = request_head(data) else {
        return;
    };
    assert!(send(&LAYER, request.clone(), 1).is_none());
    let passed = send(&LAYER.clone().optional(), request.clone(), 1);
    if let Some(seen) = passed {
        assert!(seen.claims.is_none());
        let protocols = seen.headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
        let mut protocols =
            protocols.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        let is_token = |protocol: &[u8]| protocol.trim_ascii().starts_with(PREFIX.as_bytes());
        assert!(!protocols.any(is_token), "a token would be echoed");
        assert!(
            cookies(&request).all(<[u8]>::is_empty),
            "a cookie was overlooked"
        );
    }
});

/// The values of the cookie, by another way than the crate's.
fn cookies<'a>(request: &'a Request<&[u8]>) -> impl Iterator<Item = &'a [u8]> {
    let values = request.headers().get_all("cookie").iter();
    let pairs = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let name = pair[..equals].trim_ascii_start();
        (name == b"token").then_some(pair[equals + 1..].trim_ascii())
    })
}
