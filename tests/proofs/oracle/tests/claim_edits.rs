//! The members of tokens, changed one by one before the right key signs them.

use proptest::{collection::vec, prelude::*};

use crate::{
    properties::share,
    side::{Side, now, sides},
    verdict::{assert_seconded, ours},
};

/// Members with their values as JSON text: an object may hold a name twice.
type Members = Vec<(String, String)>;

#[derive(Clone, Debug)]
enum Edit {
    Set(String, String),
    /// Adds a member in front, which may repeat a name.
    Add(String, String),
    Remove(String),
}

const WALLET: &str = r#""0x52908400098527886E0F7030069857D2E4169EE7""#;
const TIMES: [&str; 4] = ["exp", "iat", "nbf", "auth_time"];
const TEXTS: [&str; 7] = [
    "iss",
    "sub",
    "email",
    "nonce",
    "wallet_address",
    "wallet_type",
    "guild",
];

/// Values of every type and at every edge.
const ODD: [&str; 28] = [
    "null",
    "true",
    "0",
    "-0",
    "-0.0",
    "1",
    "-1",
    "1.5",
    "1e400",
    "-1e400",
    "1e300",
    "1e-300",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775808",
    "253402300799",
    "253402300799.9",
    "253402300800",
    "NaN",
    "01",
    "\"\"",
    "\" \"",
    "\"1900000000\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[1900000000]",
    "{\"$serde_json::private::Number\":\"1900000000\"}",
];

/// A time that stays clear of every limit while a case runs, in one of the spellings of numbers.
fn any_time() -> impl Strategy<Value = String> {
    let offset = prop::sample::select(vec![-1_000_000, -1000, -25, 0, 25, 1000, 1_000_000]);
    (offset, 0..6_usize).prop_map(|(offset, spelling)| {
        let time = now().saturating_add_signed(offset);
        match spelling {
            0 => time.to_string(),
            1 => format!("{time}.0"),
            2 => format!("{time}.75"),
            3 => format!("{time}00e-2"),
            4 => format!("{:e}", time as f64),
            _ => format!("\"{time}\""),
        }
    })
}

fn any_audience(side: &Side) -> impl Strategy<Value = String> + use<> {
    let audience = side.audience;
    let others = sides().map(|side| format!(r#""{}""#, side.audience));
    let audiences = [
        format!(r#""{audience}""#),
        format!(r#"["{audience}"]"#),
        format!(r#"["x","{audience}","{audience}"]"#),
        format!(r#"["{audience}",7]"#),
        format!(r#"[["{audience}"]]"#),
        format!(r#"{{"0":"{audience}"}}"#),
        format!(r#""{audience}0""#),
        format!(r#""{audience} ""#),
        format!(r#"["{}"]"#, audience.replace("13639", "01363")),
        format!(r#"["x {audience}"]"#),
        format!(r#""https://sequence.test/project/{audience}""#),
    ];
    prop::sample::select([&audiences[..], &others].concat())
}

fn any_text(side: &Side) -> impl Strategy<Value = String> + use<> {
    let url = side.url;
    let others = sides().map(|side| format!(r#""{}""#, side.url));
    let texts = [
        format!(r#""{url}""#),
        format!(r#""{url}/""#),
        format!(r#"["{url}"]"#),
        format!(r#""{}""#, url.replace('/', r"\/")),
        format!(r#""{}""#, url.to_uppercase()),
        WALLET.to_owned(),
        r#""0x52908400098527886e0f7030069857d2e4169ee7""#.to_owned(),
        r#""0x52908400098527886E0F7030069857D2E4169EE""#.to_owned(),
        r#""0X52908400098527886E0F7030069857D2E4169EE7""#.to_owned(),
        r#""52908400098527886E0F7030069857D2E4169EE700""#.to_owned(),
        r#""0x5290840009852788\u00366E0F7030069857D2E4169EE""#.to_owned(),
        r#""ethereum""#.to_owned(),
        r#""\u0065thereum""#.to_owned(),
        r#""Ethereum""#.to_owned(),
        r#""solana""#.to_owned(),
        r#""a\u0040b.c""#.to_owned(),
        r#""\ud83d\ude00""#.to_owned(),
        r#"{"type":"Email","iss":"i","sub":"s","email":"a@b.c","more":[1]}"#.to_owned(),
        r#"{"type":7}"#.to_owned(),
        r#"{"type":"Guest","type":"Email"}"#.to_owned(),
        r#"["Email"]"#.to_owned(),
        "[".repeat(300) + &"]".repeat(300),
    ];
    prop::sample::select([&texts[..], &others].concat())
}

fn any_member(side: &Side) -> impl Strategy<Value = (String, String)> + use<> {
    let odd = || prop::sample::select(&ODD[..]).prop_map(str::to_owned);
    prop_oneof![
        6 => (any_name(&TIMES), any_time()),
        2 => (any_name(&TIMES), odd()),
        3 => (Just("aud".to_owned()), any_audience(side)),
        1 => (Just("aud".to_owned()), odd()),
        4 => (any_name(&TEXTS), any_text(side)),
        2 => (any_name(&TEXTS), odd()),
        1 => (Just(side.identity_claim()), any_text(side)),
        1 => (Just(side.identity_claim()), odd()),
        2 => (Just("guild".to_owned()), any_text(side)),
    ]
}

fn any_name(names: &'static [&str]) -> impl Strategy<Value = String> + use<> {
    prop::sample::select(names).prop_map(str::to_owned)
}

fn any_edit(side: &Side) -> impl Strategy<Value = Edit> + use<> {
    let identity = Just(side.identity_claim());
    let name = prop_oneof![4 => any_name(&TIMES), 7 => any_name(&TEXTS), 1 => identity];
    prop_oneof![
        8 => any_member(side).prop_map(|(name, value)| Edit::Set(name, value)),
        1 => any_member(side).prop_map(|(name, value)| Edit::Add(name, value)),
        1 => prop_oneof![12 => name, 1 => Just("aud".to_owned())].prop_map(Edit::Remove),
    ]
}

/// The other members of the header. Those that a reader may ignore have the right types, because `jsonwebtoken` refuses
/// wrong types although it ignores the members.
fn any_header(side: &Side) -> impl Strategy<Value = String> + use<> {
    let (algorithm, key_id) = (side.algorithm, side.issuer.key_id());
    let (first, rest) = algorithm.split_at(1);
    let first = u32::from(first.chars().next().unwrap());
    let accepted = [
        r#""alg":"ALG""#.to_owned(),
        format!(r#""typ":"jwt","alg":"\u{first:04x}{rest}""#),
        r#""alg":"ALG","jku":"https://evil.example","x5u":"https://evil.example","x5c":["AA"]"#
            .to_owned(),
        r#""alg":"ALG","more":{"a":[null,1]}"#.to_owned(),
    ];
    let others = [
        r#""alg":"none""#,
        r#""alg":"HS256""#,
        r#""alg":"RS384""#,
        r#""alg":"PS256""#,
        r#""alg":"RS256""#,
        r#""alg":"ES256""#,
        r#""alg":"ES384""#,
        r#""alg":"ES256K""#,
        r#""alg":"rs256""#,
        r#""alg":"es256""#,
        r#""alg":["ALG"]"#,
        r#""alg":null"#,
        r#""typ":"JWT""#,
        r#""alg":"ALG","alg":"none""#,
        r#""alg":"ES256","alg":"RS256""#,
        r#""alg":"ALG","typ":"at+jwt""#,
        r#""alg":"ALG","crit":["exp"]"#,
        r#""alg":"ALG","crit":[]"#,
        r#""alg":"ALG","b64":false"#,
        r#""alg":"ALG","zip":"DEF""#,
        r#""alg":"ALG","kid":"other""#,
        r#""alg":"ALG","a":1,"\u0061":1"#,
    ];
    prop_oneof![
        12 => Just(r#""alg":"ALG","typ":"JWT""#.to_owned()),
        4 => prop::sample::select(accepted.to_vec()),
        4 => prop::sample::select(others.to_vec()).prop_map(str::to_owned),
    ]
    .prop_map(move |members| {
        let members = members.replace("ALG", algorithm);
        format!(r#"{{{members},"kid":"{key_id}"}}"#)
    })
}

fn good_members(side: &Side) -> Members {
    let now = now();
    let mut members = vec![
        ("iss", format!(r#""{}""#, side.url)),
        ("aud", format!(r#"["{}"]"#, side.audience)),
        (side.wallet_claim, WALLET.to_owned()),
        ("exp", (now + 600).to_string()),
        ("email", r#""player@example.com""#.to_owned()),
    ];
    members.extend(if side.is_oms_wallet() {
        [
            ("sub", r#""wallet_01""#.to_owned()),
            ("wallet_type", r#""ethereum""#.to_owned()),
        ]
    } else {
        [
            ("iat", now.to_string()),
            ("auth_time", (now - 60).to_string()),
        ]
    });
    let members = members.into_iter();
    members
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn apply(mut members: Members, edit: &Edit) -> Members {
    match edit {
        Edit::Add(name, value) => members.insert(0, (name.clone(), value.clone())),
        Edit::Remove(name) => members.retain(|(other, _)| other != name),
        Edit::Set(name, value) => {
            members.retain(|(other, _)| other != name);
            members.push((name.clone(), value.clone()));
        }
    }
    members
}

fn object(members: &Members) -> String {
    let members = members
        .iter()
        .map(|(name, value)| format!(r#""{name}":{value}"#));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[test]
fn what_is_accepted_of_any_signed_claims_a_second_accepts_too() {
    for side in sides() {
        let cases = (any_header(side), vec(any_edit(side), 0..3));
        let accepted = share(&cases, |(header, edits)| {
            let payload = object(&edits.iter().fold(good_members(side), apply));
            let token = side.issuer.sign(header, payload);
            let verdict = ours(&token);
            if let Ok(claims) = &verdict {
                assert_seconded(&token, claims);
            }
            verdict.is_ok()
        });
        assert!((0.1..0.9).contains(&accepted), "{accepted}");
    }
}
