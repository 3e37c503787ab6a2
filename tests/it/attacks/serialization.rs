//! Class 2: only the compact form of three parts is a token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::AuthErrorKind as Kind;
use serde_json::{Value, json};

use super::{
    assert_refused, payload,
    signing_key::{KEY, Key, header, signing_input},
};
use crate::support::{json as with_body, send};

/// Class 2: no signature at all. CVE-2026-29000 (pac4j-jwt), CVE-2015-9235 (jsonwebtoken for Node).
#[tokio::test]
async fn unsigned_token_is_refused() {
    for algorithm in ["none", "None", "nOnE", "RS256"] {
        let mut header = header();
        header["alg"] = json!(algorithm);
        let input = signing_input(&header);
        assert_refused(&KEY.layer(), &input, Kind::MalformedToken).await;
        // The header is read before the signature.
        let kind = match algorithm {
            "RS256" => Kind::MalformedToken,
            _ => Kind::UnsupportedAlgorithm,
        };
        assert_refused(&KEY.layer(), &format!("{input}."), kind).await;
    }
}

/// Class 2, and the bombs of a JWE: an encrypted or nested token is refused before any work. CVE-2023-51774 (json-jwt),
/// CVE-2024-28180 (go-jose), CVE-2023-52428 (Nimbus).
#[tokio::test]
async fn encrypted_token_is_refused() {
    let inner = KEY.sign(&signing_input(&header()));
    for header in [
        json!({"alg": "dir", "enc": "A128GCM", "kid": Key::ID}),
        json!({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": Key::ID, "zip": "DEF"}),
        json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": u32::MAX, "p2s": "AAAA"}),
        json!({"alg": "RS256", "enc": "A128GCM", "kid": Key::ID, "cty": "JWT"}),
    ] {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let cipher_text = URL_SAFE_NO_PAD.encode(&inner);
        for token in [
            format!("{header}.AAAA.AAAA.{cipher_text}.AAAA"),
            format!("{header}..AAAA.{cipher_text}.AAAA"),
            format!("{header}....AAAA"),
        ] {
            assert_refused(&KEY.layer(), &token, Kind::MalformedToken).await;
        }
    }
    // A signed token around an unsigned token.
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let unsigned = format!("{none}.{}.", URL_SAFE_NO_PAD.encode(payload()));
    let input = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header().to_string()),
        URL_SAFE_NO_PAD.encode(unsigned)
    );
    assert_refused(&KEY.layer(), &KEY.sign(&input), Kind::MalformedClaims).await;
}

/// Class 2: the JSON serialization of a JWS (RFC 7515 §7.2) allows unprotected headers. CVE-2022-39227 (python-jwt).
#[tokio::test]
async fn json_serialization_is_refused() {
    let token = KEY.sign(&signing_input(&header()));
    let [protected, payload, signature]: [&str; 3] =
        token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let flattened = json!({"protected": protected, "payload": payload, "signature": signature});
    let general = json!({
        "payload": payload,
        "signatures": [{"protected": protected, "header": {"alg": "none"}, "signature": signature}],
    });
    for serialized in [flattened, general] {
        let text = serialized.to_string();
        assert_refused(&KEY.layer(), &text, Kind::MalformedToken).await;
        let as_object = json!({ "sequenceToken": serialized }).to_string();
        let answer = send(&KEY.layer(), with_body(as_object)).await;
        answer.assert_refused(Kind::TokenFieldNotString);
    }
    // The compact token as the name of a member, which fooled a parser that accepts both forms.
    let [both, name]: [Value; 2] = [
        json!({"payload": payload, "protected": protected, "signature": signature, "x": token}),
        json!({ token.as_str(): 1, "signature": signature }),
    ];
    for text in [both.to_string(), name.to_string()] {
        assert_refused(&KEY.layer(), &text, Kind::MalformedToken).await;
    }
}
