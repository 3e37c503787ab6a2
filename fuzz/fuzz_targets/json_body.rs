//! The JSON body: what holds the field is refused, because nobody can sign; what does not is handed on
//! byte for byte. The first byte says how large the frames are.

#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use sequence_auth_fuzz::{PRODUCTION, send};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Some((step, body)) = data.split_first() else {
        return;
    };
    let step = usize::from(*step);
    let request = || {
        Request::post("/")
            .header("content-type", "application/json")
            .body(body)
            .expect("a request")
    };
    assert!(send(&PRODUCTION, request(), step).is_none());
    let passed = send(&PRODUCTION.clone().optional(), request(), step);
    if let Some(seen) = passed {
        assert!(seen.claims.is_none());
        assert_eq!(seen.body, body);
        assert!(!has_field(body), "a token was overlooked");
    }
});

fn has_field(body: &[u8]) -> bool {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    json.get("sequenceToken").is_some()
}
