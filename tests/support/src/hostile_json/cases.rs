//! Hostile JSON, and its verdicts, which are the same in every dependency tree.

use sequence_auth::AuthErrorKind as Kind;

const NUMBER: &str = r#"{"$serde_json::private::Number":"1900000000"}"#;
const RAW: &str = r#"{"$serde_json::private::RawValue":"1900000000"}"#;

/// A value of a claim, and the verdict on the token.
pub(super) const CLAIMS: &[(&str, &str, Option<Kind>)] = &[
    ("exp", "1900000000", None),
    ("exp", "1900000000.0", None),
    ("exp", "1.9e9", None),
    ("exp", "190000000000E-2", None),
    ("exp", "0.000000019E+17", None),
    (
        "exp",
        "1900000000.000000000000000000000000000000000000001",
        None,
    ),
    ("exp", "1e400", Some(Kind::InvalidExpiry)),
    ("exp", "-1", Some(Kind::InvalidExpiry)),
    ("exp", "-0.0", Some(Kind::Expired)),
    ("exp", "1e-400", Some(Kind::Expired)),
    ("exp", "253402300799.5", Some(Kind::LifetimeTooLong)),
    ("exp", "253402300800", Some(Kind::InvalidExpiry)),
    ("exp", "18446744073709551616", Some(Kind::InvalidExpiry)),
    (
        "exp",
        "340282366920938463463374607431768211456",
        Some(Kind::InvalidExpiry),
    ),
    ("exp", NUMBER, Some(Kind::InvalidExpiry)),
    ("exp", RAW, Some(Kind::InvalidExpiry)),
    ("exp", "NaN", Some(Kind::InvalidExpiry)),
    ("iat", NUMBER, Some(Kind::InvalidIssuedAt)),
    ("nbf", "1e400", Some(Kind::InvalidNotBefore)),
    ("nbf", NUMBER, Some(Kind::InvalidNotBefore)),
    ("auth_time", RAW, Some(Kind::InvalidAuthTime)),
    ("auth_time", "1.5e0", None),
    ("iss", "1", Some(Kind::InvalidIssuer)),
    ("iss", NUMBER, Some(Kind::InvalidIssuer)),
    ("aud", "13639", Some(Kind::InvalidAudience)),
    ("aud", "1e400", Some(Kind::InvalidAudience)),
    ("aud", "[13639]", Some(Kind::InvalidAudience)),
    ("aud", NUMBER, Some(Kind::InvalidAudience)),
    ("sub", "1e400", Some(Kind::InvalidSubject)),
    ("sub", NUMBER, Some(Kind::InvalidSubject)),
    ("email", "1e400", Some(Kind::InvalidEmail)),
    ("email", NUMBER, Some(Kind::InvalidEmail)),
    (
        "email",
        r#"{"$serde_json::private::RawValue":"\"eve@example.com\""}"#,
        Some(Kind::InvalidEmail),
    ),
    ("nonce", NUMBER, Some(Kind::InvalidNonce)),
    (
        "https://waas.sequence.test/identity",
        "1",
        Some(Kind::InvalidIdentity),
    ),
    (
        "https://waas.sequence.test/identity",
        r#"{"type":1e400}"#,
        Some(Kind::InvalidIdentity),
    ),
    // An object without any member that is known.
    ("https://waas.sequence.test/identity", NUMBER, None),
    // The layer does not judge values that it does not use.
    ("new", "1e400", None),
    ("new", "-1e999999999999", None),
    (
        "new",
        "12345678901234567890123456789012345678901234567890",
        None,
    ),
    ("new", NUMBER, None),
    ("new", RAW, None),
    ("$serde_json::private::Number", "\"7\"", None),
    ("$serde_json::private::RawValue", "\"7\"", None),
    // Twice, in an order of one's choice.
    ("new", r#"1,"b":1,"a":2,"b":3"#, Some(Kind::MalformedClaims)),
    ("z", r#"1,"y":2,"\u007a":3"#, Some(Kind::MalformedClaims)),
];

/// Additional members of a token's header, and the verdict on the token.
pub(super) const HEADERS: &[(&str, Option<Kind>)] = &[
    (r#""new":1e400"#, None),
    (r#""new":{"$serde_json::private::Number":"x"}"#, None),
    (r#""$serde_json::private::RawValue":"{}""#, None),
    (r#""b":1,"a":2,"b":3"#, Some(Kind::MalformedHeader)),
    (r#""typ":1e400"#, Some(Kind::MalformedHeader)),
    (
        r#""typ":{"$serde_json::private::RawValue":"\"JWT\""}"#,
        Some(Kind::MalformedHeader),
    ),
    (
        r#""crit":{"$serde_json::private::Number":"1"}"#,
        Some(Kind::UnsupportedExtension),
    ),
];

/// Bodies, with `@` for a good token, and the verdict on the request.
pub(super) const BODIES: &[(&str, Option<Kind>)] = &[
    (r#"{"sequenceToken":"@"}"#, None),
    (r#"{"n":1e999,"sequenceToken":"@","z":1,"a":2}"#, None),
    (
        r#"{"$serde_json::private::Number":"1","sequenceToken":"@"}"#,
        None,
    ),
    (
        r#"{"$serde_json::private::RawValue":"1","sequenceToken":"@"}"#,
        None,
    ),
    (
        r#"{"$serde_json::private::RawValue":"{\"sequenceToken\":\"@\"}"}"#,
        Some(Kind::MissingToken),
    ),
    (
        r#"{"sequenceToken":{"$serde_json::private::RawValue":"\"@\""}}"#,
        Some(Kind::TokenFieldNotString),
    ),
    (
        r#"{"sequenceToken":{"$serde_json::private::Number":"@"}}"#,
        Some(Kind::TokenFieldNotString),
    ),
    (
        r#"{"sequenceToken":1e400}"#,
        Some(Kind::TokenFieldNotString),
    ),
    (
        r#"{"sequenceToken":"@","a":1,"sequence\u0054oken":"@"}"#,
        Some(Kind::RepeatedTokenField),
    ),
    ("1e400", Some(Kind::MissingToken)),
    ("-", Some(Kind::MalformedBody)),
    ("1e", Some(Kind::MalformedBody)),
];

/// Additional members of a published key, and whether the key is used. The required members come once.
pub(super) const KEYS: &[(&str, bool)] = &[
    (r#""new":1"#, true),
    (r#""new":1.5"#, true),
    (r#""new":1e400"#, true),
    (r#""new":{"$serde_json::private::Number":"1e400"}"#, true),
    (r#""$serde_json::private::Number":"1""#, true),
    (r#""$serde_json::private::RawValue":"{}""#, true),
    (r#""key_ops":["verify"]"#, true),
    (r#""key_ops":[1e400]"#, false),
    (r#""key_ops":{"$serde_json::private::Number":"1"}"#, false),
    (r#""d":1e400"#, false),
    (r#""kid":"again""#, false),
    (r#""n":"AQAB""#, false),
];

/// Config keys, and the project that they name.
pub(super) const CONFIG_KEYS: &[(&str, Option<u64>)] = &[
    ("13639", Some(13639)),
    ("18446744073709551615", Some(u64::MAX)),
    ("18446744073709551616", None),
    ("13639.0", None),
    ("1.3639e4", None),
    ("-1", None),
    ("1e400", None),
    ("\"13639\"", None),
    (NUMBER, None),
    (RAW, None),
];
