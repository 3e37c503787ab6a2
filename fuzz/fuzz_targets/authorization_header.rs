//! The `Authorization` header: every `Bearer` header is refused, because the fuzzer cannot sign.

#![no_main]

use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use sequence_auth_fuzz::{PRODUCTION, send};

fuzz_target!(|data: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let request = || {
        let mut request = Request::new(&b""[..]);
        request.headers_mut().insert("authorization", value.clone());
        request
    };
    assert!(send(&PRODUCTION, request(), 1).is_none());
    let passed = send(&PRODUCTION.clone().optional(), request(), 1);
    if let Some(seen) = passed {
        assert!(seen.claims.is_none());
        assert!(!is_bearer(data), "a bearer token was overlooked");
    }
});

fn is_bearer(value: &[u8]) -> bool {
    let value = value.trim_ascii().to_ascii_lowercase();
    value == b"bearer" || value.starts_with(b"bearer ") || value.starts_with(b"bearer\t")
}
