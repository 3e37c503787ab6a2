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
    side::{Side, now, sides},
    spelling::Speller,
    verdict::{assert_same_time, assert_seconded, ours},
};

/// As a strategy, the regex is parsed once. As a string, it would be parsed for each case.
fn text(regex: &str) -> RegexGeneratorStrategy<String> {
    string_regex(regex).unwrap()
}

fn is_time(name: &str) -> bool {
    ["exp", "iat", "nbf", "auth_time"].contains(&name)
}

fn any_audience(audience: &'static str) -> impl Strategy<Value = Value> {
    let others = vec(text("[a-z/:.]{0,12}"), 0..3);
    let cases = (others, any::<prop::sample::Index>(), any::<bool>());
    cases.prop_map(move |(mut others, at, alone)| {
        if alone {
            return json!(audience);
        }
        others.insert(at.index(others.len() + 1), audience.to_owned());
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
            let mut identity =
                json!({"type": kind, "iss": "https://accounts.example", "sub": subject});
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

/// The claims that an issuer always writes. All others may be absent.
fn any_required(side: &'static Side) -> impl Strategy<Value = Value> {
    let wallet_id = text("[a-z0-9_\u{fc}\u{1f600}-]{1,40}");
    let times = (0..1_000_000_u64, 0..1_000_000_u64);
    let cases = (any_audience(side.audience), any_wallet(), wallet_id, times);
    cases.prop_map(|(audience, wallet, wallet_id, (age, left))| {
        let now = now();
        let mut claims = json!({"iss": side.url, "aud": audience, "exp": now + 60 + left});
        if side.is_oms_wallet() {
            claims["sub"] = wallet_id.into();
        } else {
            claims["iat"] = json!(now - age);
        }
        claims[side.wallet_claim] = wallet.into();
        claims
    })
}

fn any_claims(side: &'static Side) -> impl Strategy<Value = Value> {
    let ages = (
        option::of(0..1_000_000_u64),
        option::of(0..1000_u64),
        option::of(0..1000_u64),
    );
    let texts = (
        option::of(text("[^\\p{Cc}]{0,10}@[a-z]{1,6}")),
        option::of(text(".{0,12}")),
        option::of(any_identity()),
    );
    let more = (option::of(any_custom()), any::<bool>());
    (any_required(side), ages, texts, more).prop_map(
        |(mut claims, (issue, start, session), (email, nonce, identity), (custom, is_typed))| {
            let ago = |age| json!(now() - age);
            let wallet_type = (side.is_oms_wallet() && is_typed).then(|| json!("ethereum"));
            let issue = issue.filter(|_| side.is_oms_wallet());
            for (name, value) in [
                ("iat", issue.map(ago)),
                ("nbf", start.map(ago)),
                ("auth_time", session.map(ago)),
                ("email", email.map(Value::from)),
                ("nonce", nonce.map(Value::from)),
                ("wallet_type", wallet_type),
                (&side.identity_claim(), identity),
                ("guild", custom),
            ] {
                if let Some(value) = value {
                    claims[name] = value;
                }
            }
            claims
        },
    )
}

fn any_header(side: &'static Side) -> impl Strategy<Value = Value> {
    // However it is written, it has to fit into a header.
    let more = option::of(text(".{0,12}"));
    (option::of(text("[jJ][wW][tT]")), more).prop_map(|(media_type, more)| {
        let mut header = json!({"alg": side.algorithm, "kid": side.issuer.key_id()});
        if let Some(media_type) = media_type {
            header["typ"] = media_type.into();
        }
        if let Some(more) = more {
            header["more"] = more.into();
        }
        header
    })
}

fn assert_same(side: &Side, claims: &SequenceClaims, expected: &Value) {
    let wallet = claims.wallet().to_string();
    let expected_wallet = expected[side.wallet_claim].as_str().unwrap();
    assert!(expected_wallet.eq_ignore_ascii_case(&wallet));
    let wallet_id = expected["sub"].as_str().filter(|_| side.is_oms_wallet());
    assert_eq!(claims.wallet_id(), wallet_id);
    assert_eq!(claims.email(), expected["email"].as_str());
    assert_eq!(claims.nonce(), expected["nonce"].as_str());
    assert_same_time(claims.issued_at(), expected["iat"].as_f64());
    assert_same_time(Some(claims.expires_at()), expected["exp"].as_f64());
    assert_same_time(claims.authenticated_at(), expected["auth_time"].as_f64());
    assert_same_identity(side, claims, expected);
    let custom: Value = claims.custom().unwrap();
    assert_eq!(custom.get("guild"), expected.get("guild"));
}

fn assert_same_identity(side: &Side, claims: &SequenceClaims, expected: &Value) {
    let identity = claims.identity().map(|identity| {
        let texts = [identity.issuer(), identity.subject(), identity.email()];
        texts.map(|text| text.map(str::to_owned))
    });
    // For OMS Wallet, the client may have written it.
    let expected = expected.get(side.identity_claim());
    let expected = expected.filter(|_| !side.is_oms_wallet());
    let expected = expected.map(|identity| {
        let texts = [&identity["iss"], &identity["sub"], &identity["email"]];
        texts.map(|text| text.as_str().map(str::to_owned))
    });
    assert_eq!(identity, expected);
}

#[test]
fn good_claims_are_accepted_however_they_are_written() {
    for side in sides() {
        let cases = (any_header(side), any_claims(side), any::<u64>());
        let accepted = share(&cases, |(header, expected, seed)| {
            let mut speller = Speller::new(seed);
            let header = speller.object(&header, |_| false);
            let payload = speller.object(&expected, is_time);
            let token = side.issuer.sign(&header, &payload);
            let claims = ours(&token).unwrap_or_else(|kind| panic!("{kind:?}: {header} {payload}"));
            assert_same(side, &claims, &expected);
            assert_seconded(&token, &claims);
            true
        });
        assert!(accepted == 1.0);
    }
}
