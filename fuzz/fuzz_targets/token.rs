//! The token as text, down to its signature. The fuzzer cannot sign, so the layer refuses every token, and for its own
//! faults, because the keys are there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sequence_auth::AuthErrorKind;
use sequence_auth_fuzz::{PRODUCTION, run};

fuzz_target!(|token: &str| {
    let refused = run(PRODUCTION.verifier().verify(token)).expect_err("nobody can sign");
    assert_ne!(refused.kind(), AuthErrorKind::KeysUnavailable);
});
