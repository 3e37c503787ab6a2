//! The config key: the parsed values are those of its JSON, and the environment is one of the three known ones.

#![no_main]

use std::collections::BTreeMap;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use libfuzzer_sys::fuzz_target;
use sequence_auth::ConfigKey;
use serde_json::{Value, value::RawValue};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fuzz_target!(|text: &str| {
    let Ok(key) = text.parse::<ConfigKey>() else {
        return;
    };
    let json = BASE64.decode(text.trim()).expect("it is base64");
    // Unused members may hold values that no Rust type can, such as 1e400.
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(&json).expect("of JSON");
    let member = |name: &str| serde_json::from_str::<Value>(members[name].get()).expect("a value");
    assert_eq!(member("projectId"), key.project_id());
    let server = member("rpcServer");
    let server = server.as_str().expect("with a server");
    assert_eq!(server.trim_end_matches('/'), key.environment().issuer());
});
