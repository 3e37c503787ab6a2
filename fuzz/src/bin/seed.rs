//! Writes a seed corpus for each fuzz target below the directory that is its argument.

use std::{env, fs, io, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sequence_auth::Environment;
use sequence_auth_fuzz::{
    AUDIENCE, ISSUER, ISSUER_URL, KEY_ID, OMS_ISSUER, OMS_ISSUER_URL, OMS_PROJECT, PRODUCTION_KEYS,
    PROJECT,
};
use serde_json::{Value, json};

/// A time that no run will see.
const EXPIRY: u64 = 4_000_000_000;

fn main() -> io::Result<()> {
    let directory = env::args_os().nth(1).expect("the directory as argument");
    for (target, seeds) in [
        ("authorization_header", authorization_headers()),
        ("json_body", json_bodies()),
        ("token", tokens()),
        ("claims", signed()),
        ("sources", heads()),
        ("respond_to", nonce_requests()),
        ("either_issuer", signed_by_either()),
        ("key_document", key_documents()),
        ("config_key", config_keys()),
    ] {
        write(&Path::new(&directory).join(target), &seeds)?;
    }
    Ok(())
}

fn write(directory: &Path, seeds: &[String]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(directory.join(format!("seed-{number:02}")), seed)?;
    }
    Ok(())
}

/// Tokens in the shape of the real ones that name a real key; the signature is another key's.
fn tokens() -> Vec<String> {
    let keys: Value = serde_json::from_str(PRODUCTION_KEYS).expect("JSON");
    let key_id = keys["keys"][0]["kid"].as_str().expect("a kid");
    let token = || ISSUER.token().header("kid", key_id);
    let mut tokens = vec![
        token().mint(),
        token().guest().mint(),
        token().nonce("n-1").mint(),
        token().header("kid", "unknown").mint(),
    ];
    for header in [
        json!({"alg": "none", "kid": key_id}),
        json!({"alg": "RS256", "kid": key_id, "crit": ["exp"], "b64": false}),
        json!({"alg": "RS256", "kid": key_id, "typ": "at+jwt", "jku": "https://evil.example"}),
    ] {
        tokens.push(ISSUER.sign(header.to_string(), "{}"));
    }
    tokens
}

fn authorization_headers() -> Vec<String> {
    let mut headers = ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "bearer  a.b.c"]
        .map(str::to_owned)
        .to_vec();
    headers.extend(tokens().iter().map(|token| format!("Bearer {token}")));
    headers
}

fn heads() -> Vec<String> {
    let mut heads = [
        "GET\nx-token:",
        "POST\ncookie: a=b; token=\nhost: a.test\norigin: https://a.test",
        "GET\ncookie: token=x\nsec-fetch-site: cross-site\nupgrade: websocket",
        "GET\nsec-websocket-protocol: chat, token.x.y.z\nsec-websocket-protocol: token.",
    ]
    .map(str::to_owned)
    .to_vec();
    for token in tokens() {
        heads.push(format!("GET\nx-token: Bearer {token}"));
        heads.push(format!(
            "POST\ncookie: token={token}\nhost: a.test:443\norigin: https://a.test"
        ));
        heads.push(format!("GET\nsec-websocket-protocol: chat, token.{token}"));
    }
    heads
}

fn nonce_requests() -> Vec<String> {
    let ids = (0..9).map(|id| format!("__Host-login-{id:024x}=x"));
    let logins = ids.collect::<Vec<_>>().join("; ");
    // Near the limit of 16 KiB of cookies.
    let many = "a=b; ".repeat(3_259);
    [
        "GET".to_owned(),
        format!("POST\ncookie: a=b; {logins}\ncookie: c=d"),
        format!("GET\ncookie: {many}"),
        "GET\nhost: a.test\norigin: https://a.test\nsec-fetch-site: same-origin".to_owned(),
        "POST\nhost: a.test\norigin: https://play.example\nsec-fetch-site: cross-site".to_owned(),
        "POST\nhost: a.test\norigin: https://b.test\nsec-fetch-site: cross-site".to_owned(),
    ]
    .to_vec()
}

fn json_bodies() -> Vec<String> {
    let mut bodies = [
        "\0{}",
        "\0[1,2.5e3,null,true]",
        r#" {"a":{"sequenceToken":"x"},"b":[{}]}"#,
        r#"@{"sequenceToken":7,"sequence\u0054oken":null}"#,
        r#"@{"idToken":"x.y.z","a":{"sequenceToken":"x"}}"#,
        r#" {"sequenceToken":"x.y.z","id\u0054oken":"x"}"#,
    ]
    .map(str::to_owned)
    .to_vec();
    for (step, token) in ["\0", "\u{1}", "@"].iter().zip(tokens()) {
        bodies.push(format!(r#"{step}{{"x":[1],"sequenceToken":"{token}"}}"#));
    }
    bodies
}

/// Headers and claims that pass, and some that do not.
fn signed() -> Vec<String> {
    let claims = |more: Value| {
        let claims = json!({
            "iss": ISSUER_URL, "aud": [AUDIENCE], "exp": EXPIRY, "iat": 1_700_000_000,
            "sub": "0x52908400098527886E0F7030069857D2E4169EE7",
        });
        with(claims, &more)
    };
    let identity = format!("{ISSUER_URL}/identity");
    let email = json!({"type": "Email", "iss": ISSUER_URL, "sub": "a@b.c", "email": "a@b.c"});
    let header = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"});
    [
        (
            &header,
            claims(json!({"email": "a@b.c", "nonce": "n-1", identity: email})),
        ),
        (
            &header,
            claims(json!({"aud": AUDIENCE, "nbf": 1.5e9, "auth_time": 1_600_000_000.5})),
        ),
        (
            &header,
            claims(json!({"guild": {"rank": [1, null, true, "\u{fc}\n"]}, "email": ""})),
        ),
        (
            &json!({"alg": "RS256", "kid": KEY_ID, "jwk": {}}),
            claims(json!({})),
        ),
        (&json!({"alg": "HS256", "kid": KEY_ID}), claims(json!({}))),
    ]
    .map(|(header, claims)| format!("{header}\n{claims}"))
    .to_vec()
}

fn with(mut claims: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

/// Headers and claims of either issuer after the byte that names who signs, and whole tokens.
fn signed_by_either() -> Vec<String> {
    let claims = |more: Value| {
        let claims = json!({
            "iss": OMS_ISSUER_URL, "aud": OMS_PROJECT, "exp": EXPIRY, "sub": "wallet_01",
            "wallet_address": "0x52908400098527886E0F7030069857D2E4169EE7",
        });
        with(claims, &more)
    };
    let identity = format!("{OMS_ISSUER_URL}/identity");
    let header = json!({"alg": "ES256", "kid": KEY_ID, "typ": "JWT"}).to_string();
    let reordered = format!(r#"{{"kid":"{KEY_ID}","typ":"JWT","\u0061lg":"ES256"}}"#);
    let of_the_other = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}).to_string();
    let oms_wallet = [
        (
            &header,
            claims(json!({"wallet_type": "ethereum", "email": "a@b.c", "nonce": "n-1"})),
        ),
        (
            &reordered,
            claims(json!({"aud": [OMS_PROJECT], "iat": 1.7e9, "nbf": 1.5e9, "auth_time": 1.6e9})),
        ),
        (&header, claims(json!({"wallet_type": "solana"}))),
        (
            &header,
            claims(json!({identity: {"type": "Email"}, "guild": [1, null]})),
        ),
        (&of_the_other, claims(json!({}))),
        (
            &header,
            claims(json!({"iss": ISSUER_URL, "aud": [AUDIENCE], "iat": 1_700_000_000})),
        ),
    ]
    .map(|(header, claims)| format!("{header}\n{claims}"));
    let seeds = oms_wallet.into_iter().chain(signed());
    let by_either =
        seeds.flat_map(|seed| ["\u{1}", "\u{2}"].map(|signer| format!("{signer}{seed}")));
    let unsigned = [OMS_ISSUER.token().mint(), ISSUER.token().mint()];
    let unsigned = unsigned.map(|token| format!("\0{token}"));
    by_either.chain(unsigned).collect()
}

fn key_documents() -> Vec<String> {
    let keys: Value = serde_json::from_str(PRODUCTION_KEYS).expect("JSON");
    let key = &keys["keys"][0];
    let others = json!({"keys": [
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "a", "alg": "ES256"},
        {"kty": "oct", "k": "AA", "kid": "b"},
        {"kty": "RSA", "kid": "c", "e": "AQAB", "n": key["n"], "key_ops": ["verify"], "x5c": ["A"]},
        {"kty": "RSA", "kid": "c", "e": "AQAB", "n": key["n"], "d": "AQ"},
    ]});
    vec![
        PRODUCTION_KEYS.to_owned(),
        ISSUER.jwks(),
        OMS_ISSUER.jwks(),
        others.to_string(),
    ]
}

fn config_keys() -> Vec<String> {
    [Environment::Production, Environment::Next, Environment::Dev]
        .map(|environment| {
            let json = json!({
                "projectId": PROJECT, "rpcServer": environment.issuer(), "emailRegion": "ca-central-1",
            });
            STANDARD.encode(json.to_string())
        })
        .to_vec()
}
