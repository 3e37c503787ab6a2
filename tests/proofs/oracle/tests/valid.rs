//! Good claims in every way of writing them.

use proptest::{
    collection::vec,
    option,
    prelude::*,
    string::{RegexGeneratorStrategy, string_regex},
};
use sequence_auth::SequenceClaims;
use serde_json::{Value, json};

use crate::{
    properties::share,
    spelling::Speller,
    verdict::{AUDIENCE, ISSUER, ISSUER_URL, assert_same_time, assert_seconded, now, ours},
};

const IDENTITY: &str = "https://waas.sequence.test/identity";

/// A regex as a strategy of its own is parsed once; as a string it would be for each case.
fn text(regex: &str) -> RegexGeneratorStrategy<String> {
    string_regex(regex).unwrap()
}

fn is_time(name: &str) -> bool {
    ["exp", "iat", "nbf", "auth_time"].contains(&name)
}

fn any_audience() -> impl Strategy<Value = Value> {
    let others = vec(text("[a-z/:.]{0,12}"), 0..3);
    (others, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(mut others, at, alone)| {
        if alone {
            return json!(AUDIENCE);
        }
        others.insert(at.index(others.len() + 1), AUDIENCE.to_owned());
        json!(others)
    })
}

fn any_wallet() -> impl Strategy<Value = String> {
    text("0x[0-9a-fA-F]{40}")
}

fn any_identity() -> impl Strategy<Value = Value> {
    let kinds = vec![
        "None", "Guest", "OIDC", "Email", "PlayFab", "Stytch", "Twitter", "New", "",
    ];
    (
        prop::sample::select(kinds),
        text(".{0,8}"),
        option::of(text(".{0,8}")),
    )
        .prop_map(|(kind, subject, email)| {
            let mut identity = json!({"type": kind, "iss": ISSUER_URL, "sub": subject});
            if let Some(email) = email {
                identity["email"] = email.into();
            }
            identity
        })
}

/// Claims that we do not know, of any shape.
fn any_custom() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(-2.5)),
        text(".{0,6}").prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(text(".{0,4}"), inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn any_claims() -> impl Strategy<Value = Value> {
    let times = (
        0..1_000_000_u64,
        0..1_000_000_u64,
        option::of(0..1000_u64),
        option::of(0..1000_u64),
    );
    let texts = (
        option::of(text("[^\\p{Cc}]{0,10}@[a-z]{1,6}")),
        option::of(text(".{0,12}")),
        option::of(any_identity()),
    );
    (any_audience(), any_wallet(), times, texts, option::of(any_custom())).prop_map(
        |(audience, wallet, (age, left, start, session), (email, nonce, identity), custom)| {
            let now = now();
            let mut claims = json!({
                "iss": ISSUER_URL, "aud": audience, "sub": wallet, "iat": now - age, "exp": now + 60 + left,
            });
            let mut set = |name: &str, value: Option<Value>| {
                if let Some(value) = value {
                    claims[name] = value;
                }
            };
            set("nbf", start.map(|start| json!(now - start)));
            set("auth_time", session.map(|session| json!(now - session)));
            set("email", email.map(Value::from));
            set("nonce", nonce.map(Value::from));
            set(IDENTITY, identity);
            set("guild", custom);
            claims
        },
    )
}

fn any_header() -> impl Strategy<Value = Value> {
    // However it is written, it has to fit into a header.
    let more = option::of(text(".{0,12}"));
    (option::of(text("[jJ][wW][tT]")), more).prop_map(|(media_type, more)| {
        let mut header = json!({"alg": "RS256", "kid": ISSUER.key_id()});
        if let Some(media_type) = media_type {
            header["typ"] = media_type.into();
        }
        if let Some(more) = more {
            header["more"] = more.into();
        }
        header
    })
}

fn assert_same(claims: &SequenceClaims, expected: &Value) {
    let wallet = claims.wallet().to_string();
    assert!(
        expected["sub"]
            .as_str()
            .unwrap()
            .eq_ignore_ascii_case(&wallet)
    );
    let email = expected["email"].as_str();
    assert_eq!(claims.email(), email);
    assert_eq!(claims.nonce(), expected["nonce"].as_str());
    assert_same_time(claims.issued_at(), expected["iat"].as_f64());
    assert_same_time(Some(claims.expires_at()), expected["exp"].as_f64());
    assert_same_time(claims.authenticated_at(), expected["auth_time"].as_f64());
    let identity = claims.identity().map(|identity| {
        let texts = [identity.issuer(), identity.subject(), identity.email()];
        texts.map(|text| text.map(str::to_owned))
    });
    let expected_identity = expected.get(IDENTITY).map(|identity| {
        let texts = [&identity["iss"], &identity["sub"], &identity["email"]];
        texts.map(|text| text.as_str().map(str::to_owned))
    });
    assert_eq!(identity, expected_identity);
    let custom: Value = claims.custom().unwrap();
    assert_eq!(custom.get("guild"), expected.get("guild"));
}

#[test]
fn good_claims_are_accepted_however_they_are_written() {
    let cases = (any_header(), any_claims(), any::<u64>());
    let accepted = share(&cases, |(header, expected, seed)| {
        let mut speller = Speller::new(seed);
        let header = speller.object(&header, |_| false);
        let payload = speller.object(&expected, is_time);
        let token = ISSUER.sign(&header, &payload);
        let claims = ours(&token).unwrap_or_else(|kind| panic!("{kind:?}: {header} {payload}"));
        assert_same(&claims, &expected);
        assert_seconded(&token, &claims);
        true
    });
    assert!(accepted == 1.0);
}
