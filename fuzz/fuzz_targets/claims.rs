//! A header and, after the first line feed, claims, which the target signs with the right key. An ordinary JSON parser
//! must read the same from accepted claims.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sequence_auth::SequenceClaims;
use sequence_auth_fuzz::{AUDIENCE, ISSUER, ISSUER_URL, KEY_ID, LOCAL, PROJECT, run};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else {
        return;
    };
    let (header, payload) = (&data[..end], &data[end + 1..]);
    let token = ISSUER.sign(header, payload);
    if let Ok(claims) = run(LOCAL.verifier().verify(&token)) {
        check_header(&serde_json::from_slice(header).expect("the header is JSON"));
        check_claims(
            &claims,
            &serde_json::from_slice(payload).expect("so are the claims"),
        );
    }
});

fn check_header(header: &Value) {
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["kid"], KEY_ID);
    for name in ["crit", "b64", "zip"] {
        assert!(header.get(name).is_none(), "{name}");
    }
}

fn check_claims(claims: &SequenceClaims, json: &Value) {
    assert_eq!(claims.project_number(), Some(PROJECT));
    assert_eq!(claims.issuer(), ISSUER_URL);
    assert_eq!(json["iss"], ISSUER_URL);
    let audience = &json["aud"];
    let many = audience.as_array();
    assert!(
        audience == AUDIENCE || many.is_some_and(|many| many.iter().any(|one| one == AUDIENCE))
    );
    let subject = json["sub"].as_str().expect("`sub` is a string");
    assert!(subject.eq_ignore_ascii_case(&claims.wallet().to_string()));
    let email = json["email"]
        .as_str()
        .filter(|email| !email.trim().is_empty());
    assert_eq!(claims.email(), email);
    assert_eq!(claims.nonce(), json["nonce"].as_str());
    for name in ["exp", "iat"] {
        assert!(json[name].is_number(), "{name}");
    }
    serde_json::to_string(claims).expect("claims can be written");
}
