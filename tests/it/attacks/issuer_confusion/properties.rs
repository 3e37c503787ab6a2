//! Class 31: for any combination of parts, a layer for both issuers agrees with the single issuer that the token's
//! `alg` selects.

use std::{
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
};

use proptest::{prelude::*, sample::Index};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::{Value, json};

use super::{Issuer, Layers, OmsWallet, jwk, signing_input};
use crate::{
    attacks::signing_key::with_signature,
    support::{ISSUER, in_twelve_hours},
    two_issuers::OMS_ISSUER,
};

/// Keys for the algorithm that the issuer does not use. The documents contain them, and no issuer owns them.
static STRANGERS: LazyLock<[LocalIssuer; 2]> =
    LazyLock::new(|| [LocalIssuer::new(), LocalIssuer::oms_wallet()]);

/// Both documents contain keys of both kinds, under the same ids.
static MIXED: LazyLock<Layers> = LazyLock::new(|| {
    let [rsa, p256] = &*STRANGERS;
    let embedded = [jwk(&ISSUER, "a"), jwk(&OMS_ISSUER, "a"), jwk(p256, "b")];
    let oms = [jwk(&ISSUER, "a"), jwk(&OMS_ISSUER, "a"), jwk(rsa, "b")];
    Layers::with_keys(&embedded, &oms)
});

/// A header with some members in any order and spelling.
fn any_header() -> impl Strategy<Value = String> {
    let algorithm = prop_oneof![
        6 => prop::sample::select(&["RS256", "ES256", r"\u0052S256", r"\u0045S256"][..]),
        1 => prop::sample::select(&["none", "HS256", "ES256K", "es256", "PS256", ""][..]),
    ];
    let name = prop::sample::select(&["alg", "alg", "alg", "alg", r"\u0061lg"][..]);
    let named = (name, algorithm).prop_map(|(name, value)| format!(r#""{name}":"{value}""#));
    let rest = prop::sample::subsequence(
        vec![r#""typ":"JWT""#, r#""x":{"alg":"none"}"#, r#""jwk":{}"#],
        0..=3,
    );
    let key_id =
        prop_oneof![8 => Just("\"a\""), 1 => Just("\"b\""), 1 => Just("\"c\""), 1 => Just("7")];
    let extra = prop_oneof![
        12 => Just(None),
        1 => Just(Some(r#""alg":"RS256""#)),
        1 => Just(Some(r#""alg":"ES256""#)),
        1 => Just(Some(r#""crit":["alg"]"#)),
        1 => Just(Some(r#""typ":"at+jwt""#)),
    ];
    let spaces = prop::sample::select(&["", "", "", " ", "\n"][..]);
    let members = (named, key_id, rest, extra).prop_map(|(named, key_id, rest, extra)| {
        let rest = rest.into_iter().chain(extra).map(str::to_owned);
        let mut members = vec![named, format!(r#""kid":{key_id}"#)];
        members.extend(rest);
        members
    });
    let members = prop_oneof![members.clone(), members.prop_shuffle()];
    (members, spaces).prop_map(|(members, space)| {
        format!(
            "{space}{{{space}{}{space}}}",
            members.join(&format!("{space},{space}"))
        )
    })
}

#[derive(Clone, Copy, Debug)]
enum Signer {
    Issuer(Issuer),
    Stranger(usize),
    /// A signature of this many zeros.
    Nobody(usize),
}

fn any_signer() -> impl Strategy<Value = Signer> {
    let issuer = prop::sample::select(&Issuer::ALL[..]).prop_map(Signer::Issuer);
    let stranger = (0..2_usize).prop_map(Signer::Stranger);
    let nobody = prop::sample::select(&[0, 63, 64, 65, 256][..]).prop_map(Signer::Nobody);
    prop_oneof![6 => issuer, 1 => stranger, 1 => nobody]
}

fn token(header: &str, claims: &Value, signer: Signer) -> String {
    let claims = claims.to_string();
    match signer {
        Signer::Issuer(issuer) => issuer.local().sign(header, claims),
        Signer::Stranger(number) => STRANGERS[number].sign(header, claims),
        Signer::Nobody(zeros) => with_signature(&signing_input(header, &claims), &vec![0; zeros]),
    }
}

/// Good claims of an issuer, some of which may come from the other.
fn any_claims() -> impl Strategy<Value = Value> {
    let issuer = prop::sample::select(&Issuer::ALL[..]);
    let names = &[
        "iss",
        "aud",
        "sub",
        "exp",
        "iat",
        "wallet_address",
        "wallet_type",
        "email",
    ][..];
    let swapped = prop_oneof![
        4 => Just(Vec::new()),
        1 => prop::sample::subsequence(names, 1..=names.len()),
    ];
    (issuer, swapped).prop_map(|(issuer, swapped)| {
        let claims_of = |issuer: Issuer| -> Value {
            let mut claims: Value = serde_json::from_str(&issuer.payload()).unwrap();
            claims["exp"] = json!(in_twelve_hours());
            claims
        };
        let (mut claims, other) = (claims_of(issuer), claims_of(issuer.other()));
        for name in swapped {
            claims[name] = other[name].clone();
        }
        claims
    })
}

/// The issuer of an accepted token, or the reason of the refusal.
type Verdict = Result<(String, String), Kind>;

fn verdict(layer: &SequenceAuthLayer, token: &str) -> Verdict {
    let verifier = layer.verifier();
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(verified) = pin!(verifier.verify(token)).poll(&mut context) else {
        unreachable!("keys that are fixed are not waited for");
    };
    let claims = verified.map_err(|error| error.kind())?;
    let shown = serde_json::to_string(&claims).unwrap();
    Ok((claims.issuer().to_owned(), shown))
}

/// The verdicts of the two single issuers. At most one of them reads further than the `alg`.
fn expected(embedded: Verdict, oms: Verdict) -> Verdict {
    match (embedded, oms) {
        (Err(Kind::UnsupportedAlgorithm), oms) => oms,
        (embedded, Err(Kind::UnsupportedAlgorithm)) => embedded,
        (embedded, oms) => {
            assert_eq!(embedded, oms, "a token that is malformed is so for both");
            assert!(embedded.is_err(), "{embedded:?}");
            embedded
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_judge_as_the_issuer_of_the_algorithm_alone(
        header in any_header(),
        claims in any_claims(),
        signer in any_signer(),
    ) {
        let token = token(&header, &claims, signer);
        let [embedded, oms] = Issuer::ALL.map(|issuer| verdict(MIXED.alone(issuer), &token));
        for (issuer, verdict) in Issuer::ALL.into_iter().zip([&embedded, &oms]) {
            if let Ok((url, _)) = verdict {
                prop_assert_eq!(url, issuer.local().url());
                prop_assert!(matches!(signer, Signer::Issuer(signer) if signer == issuer));
            }
        }
        let expected = expected(embedded, oms);
        for layer in &MIXED.both {
            // Three times: a token that passes is cached at its second use and found at its third.
            for _ in 0..3 {
                prop_assert_eq!(&verdict(layer, &token), &expected, "{}", header);
            }
        }
    }

    #[test]
    fn any_text_is_judged_as_by_one_issuer(text in "[eyJhbGciOiSUzI1NFsImtpZ.=_-]{0,60}|\\PC{0,20}") {
        let [embedded, oms] = Issuer::ALL.map(|issuer| verdict(MIXED.alone(issuer), &text));
        let expected = expected(embedded, oms);
        for layer in &MIXED.both {
            prop_assert_eq!(&verdict(layer, &text), &expected);
        }
    }

    #[test]
    fn edited_token_is_judged_as_by_one_issuer(
        at in any::<Index>(),
        byte in prop::sample::select(&b"AZaz09-_.={"[..]),
    ) {
        let mut text = OmsWallet.token().header("kid", "a").mint().into_bytes();
        *at.get_mut(&mut text) = byte;
        let text = String::from_utf8(text).unwrap();
        let [embedded, oms] = Issuer::ALL.map(|issuer| verdict(MIXED.alone(issuer), &text));
        let expected = expected(embedded, oms);
        for layer in &MIXED.both {
            prop_assert_eq!(&verdict(layer, &text), &expected);
        }
    }
}

/// Some combinations are accepted. Otherwise the property would prove nothing.
#[test]
fn pieces_make_good_tokens_of_both() {
    for issuer in Issuer::ALL {
        let header = format!(r#"{{ "kid":"a","alg":"{}" }}"#, issuer.algorithm());
        let claims: Value = serde_json::from_str(&issuer.payload()).unwrap();
        let token = token(&header, &claims, Signer::Issuer(issuer));
        for layer in MIXED.both.iter().chain([MIXED.alone(issuer)]) {
            let (url, _) = verdict(layer, &token).unwrap();
            assert_eq!(url, issuer.local().url());
        }
    }
}
