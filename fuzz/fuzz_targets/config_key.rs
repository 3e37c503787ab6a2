//! The config key: what it is read as is what its JSON says, and one of the three known environments.

#![no_main]

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use libfuzzer_sys::fuzz_target;
use sequence_auth::ConfigKey;
use serde_json::Value;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fuzz_target!(|text: &str| {
    let Ok(key) = text.parse::<ConfigKey>() else {
        return;
    };
    let json = BASE64.decode(text.trim()).expect("it is base64");
    let json: Value = serde_json::from_slice(&json).expect("of JSON");
    assert_eq!(json["projectId"], key.project_id());
    let server = json["rpcServer"].as_str().expect("with a server");
    assert_eq!(server.trim_end_matches('/'), key.environment().issuer());
});
