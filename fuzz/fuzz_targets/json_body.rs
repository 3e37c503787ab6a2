//! The JSON body: a body with a field that the layer searches is refused, because the fuzzer cannot sign. Every other
//! body passes byte for byte. The first byte is the size of the frames.

#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use sequence_auth::SequenceAuthLayer;
use sequence_auth_fuzz::{EITHER, PRODUCTION, send};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Some((step, body)) = data.split_first() else {
        return;
    };
    let step = usize::from(*step);
    check(&PRODUCTION, &["sequenceToken"], body, step);
    check(&EITHER, &["sequenceToken", "idToken"], body, step);
});

fn check(layer: &SequenceAuthLayer, fields: &[&str], body: &[u8], step: usize) {
    let request = || {
        Request::post("/")
            .header("content-type", "application/json")
            .body(body)
            .expect("a request")
    };
    assert!(send(layer, request(), step).is_none());
    let passed = send(&layer.clone().optional(), request(), step);
    if let Some(seen) = passed {
        assert!(seen.claims.is_none());
        assert_eq!(seen.body, body);
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_overlooked = |field: &&str| json.get(*field).is_some();
        assert!(!fields.iter().any(is_overlooked), "a token was overlooked");
    }
}
