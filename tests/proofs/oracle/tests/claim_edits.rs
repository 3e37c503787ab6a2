//! The members of tokens, changed one by one before the right key signs them.

use proptest::{collection::vec, prelude::*};

use crate::{
    properties::share,
    verdict::{AUDIENCE, ISSUER, ISSUER_URL, assert_seconded, now, ours},
};

/// Members with their values as JSON text: an object may hold a name twice.
type Members = Vec<(String, String)>;

#[derive(Clone, Debug)]
enum Edit {
    Set(&'static str, String),
    /// Adds a member in front, so that the name may come twice.
    Add(&'static str, String),
    Remove(&'static str),
}

const IDENTITY: &str = "https://waas.sequence.test/identity";
const TIMES: [&str; 4] = ["exp", "iat", "nbf", "auth_time"];
const TEXTS: [&str; 6] = ["iss", "sub", "email", "nonce", IDENTITY, "guild"];

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

/// A time away from every edge by more than a case takes, in one of the spellings that numbers have.
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

fn any_audience() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        format!(r#""{AUDIENCE}""#),
        format!(r#"["{AUDIENCE}"]"#),
        format!(r#"["x","{AUDIENCE}","{AUDIENCE}"]"#),
        format!(r#"["{AUDIENCE}",7]"#),
        format!(r#"[["{AUDIENCE}"]]"#),
        format!(r#"{{"0":"{AUDIENCE}"}}"#),
        format!(r#""{AUDIENCE}0""#),
        format!(r#""{AUDIENCE} ""#),
        format!(r#"["{}"]"#, AUDIENCE.replace("13639", "01363")),
        format!(r#"["x {AUDIENCE}"]"#),
    ])
}

fn any_text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        format!(r#""{ISSUER_URL}""#),
        format!(r#""{ISSUER_URL}/""#),
        format!(r#"["{ISSUER_URL}"]"#),
        r#""https:\/\/waas.sequence.test""#.to_owned(),
        r#""HTTPS://WAAS.SEQUENCE.TEST""#.to_owned(),
        r#""0x52908400098527886e0f7030069857d2e4169ee7""#.to_owned(),
        r#""0x52908400098527886E0F7030069857D2E4169EE""#.to_owned(),
        r#""0X52908400098527886E0F7030069857D2E4169EE7""#.to_owned(),
        r#""52908400098527886E0F7030069857D2E4169EE700""#.to_owned(),
        r#""a\u0040b.c""#.to_owned(),
        r#""\ud83d\ude00""#.to_owned(),
        r#"{"type":"Email","iss":"i","sub":"s","email":"a@b.c","more":[1]}"#.to_owned(),
        r#"{"type":7}"#.to_owned(),
        r#"{"type":"Guest","type":"Email"}"#.to_owned(),
        r#"["Email"]"#.to_owned(),
        "[".repeat(300) + &"]".repeat(300),
    ])
}

fn any_member() -> impl Strategy<Value = (&'static str, String)> {
    let odd = || prop::sample::select(&ODD[..]).prop_map(str::to_owned);
    prop_oneof![
        6 => (prop::sample::select(&TIMES[..]), any_time()),
        2 => (prop::sample::select(&TIMES[..]), odd()),
        3 => (Just("aud"), any_audience()),
        1 => (Just("aud"), odd()),
        4 => (prop::sample::select(&TEXTS[..]), any_text()),
        2 => (prop::sample::select(&TEXTS[..]), odd()),
        2 => (Just("guild"), any_text()),
    ]
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let name = prop::sample::select([&TIMES[..], &TEXTS[..], &["aud"]].concat());
    prop_oneof![
        8 => any_member().prop_map(|(name, value)| Edit::Set(name, value)),
        1 => any_member().prop_map(|(name, value)| Edit::Add(name, value)),
        1 => name.prop_map(Edit::Remove),
    ]
}

/// What the header says beside its `kid`. The members that a reader may ignore have their types:
/// `jsonwebtoken` refuses others, although it ignores them too.
fn any_header() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => Just(r#""alg":"RS256","typ":"JWT""#),
        4 => prop::sample::select(vec![
            r#""alg":"RS256""#,
            r#""typ":"jwt","alg":"\u0052S256""#,
            r#""alg":"RS256","jku":"https://evil.example","x5u":"https://evil.example","x5c":["AA"]"#,
            r#""alg":"RS256","more":{"a":[null,1]}"#,
        ]),
        4 => prop::sample::select(vec![
            r#""alg":"none""#, r#""alg":"HS256""#, r#""alg":"RS384""#, r#""alg":"PS256""#,
            r#""alg":["RS256"]"#, r#""alg":"rs256""#, r#""alg":null"#, r#""typ":"JWT""#,
            r#""alg":"RS256","alg":"none""#, r#""alg":"RS256","typ":"at+jwt""#,
            r#""alg":"RS256","crit":["exp"]"#, r#""alg":"RS256","crit":[]"#,
            r#""alg":"RS256","b64":false"#, r#""alg":"RS256","zip":"DEF""#,
            r#""alg":"RS256","kid":"other""#, r#""alg":"RS256","a":1,"\u0061":1"#,
        ]),
    ]
    .prop_map(|members| format!(r#"{{{members},"kid":"{}"}}"#, ISSUER.key_id()))
}

fn good_members() -> Members {
    let now = now();
    [
        ("iss", format!(r#""{ISSUER_URL}""#)),
        ("aud", format!(r#"["{AUDIENCE}"]"#)),
        (
            "sub",
            r#""0x52908400098527886E0F7030069857D2E4169EE7""#.to_owned(),
        ),
        ("iat", now.to_string()),
        ("exp", (now + 600).to_string()),
        ("auth_time", (now - 60).to_string()),
        ("email", r#""player@example.com""#.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn apply(mut members: Members, edit: &Edit) -> Members {
    match edit {
        Edit::Add(name, value) => members.insert(0, ((*name).to_owned(), value.clone())),
        Edit::Remove(name) => members.retain(|(other, _)| other != name),
        Edit::Set(name, value) => {
            members.retain(|(other, _)| other != name);
            members.push(((*name).to_owned(), value.clone()));
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
    let cases = (any_header(), vec(any_edit(), 0..3));
    let accepted = share(&cases, |(header, edits)| {
        let payload = object(&edits.iter().fold(good_members(), apply));
        let token = ISSUER.sign(header, payload);
        let verdict = ours(&token);
        if let Ok(claims) = &verdict {
            assert_seconded(&token, claims);
        }
        verdict.is_ok()
    });
    assert!((0.1..0.9).contains(&accepted), "{accepted}");
}
