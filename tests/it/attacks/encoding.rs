//! Classes 12 and 24: a token has a single spelling, and every other text is refused.

use base64::{
    Engine as _, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};
use sequence_auth::AuthErrorKind as Kind;
use serde_json::json;

use super::{
    assert_accepted, assert_refused, payload,
    signing_key::{KEY, header, signing_input},
};
use crate::support::{ISSUER, json as with_body, layer, send};

/// A lenient base64url decoder.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

fn parts(token: &str) -> [String; 3] {
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}

/// The token with one part replaced. The right key signs the new parts, so only their form can be wrong.
fn with_part(token: &str, index: usize, part: String) -> String {
    let mut parts = parts(token);
    parts[index] = part;
    match index {
        2 => parts.join("."),
        _ => KEY.sign(&parts[..2].join(".")),
    }
}

/// A token whose first two parts both end in a group of this many characters. Groups of 2 and 3 leave unused bits.
fn ending_in_groups_of(characters: usize) -> String {
    let padded = |json: String| {
        let fits = |json: &String| URL_SAFE_NO_PAD.encode(json).len() % 4 == characters;
        let mut longer = (0..3).map(|spaces| json.clone() + &" ".repeat(spaces));
        URL_SAFE_NO_PAD.encode(longer.find(fits).unwrap())
    };
    let header = padded(header().to_string());
    KEY.sign(&format!("{header}.{}", padded(payload())))
}

/// Other spellings of the last character. They decode to the same bytes if the decoder ignores its unused bits.
fn other_endings(part: &str) -> Vec<String> {
    let alphabet = alphabet::URL_SAFE.as_str();
    let decoded = LENIENT.decode(part).unwrap();
    let begin = &part[..part.len() - 1];
    alphabet
        .chars()
        .map(|last| format!("{begin}{last}"))
        .filter(|text| text != part && LENIENT.decode(text).is_ok_and(|same| same == decoded))
        .collect()
}

/// Class 12: a second spelling of a token evades a list of revoked or used tokens. RFC 7515 §2 and RFC 4648 §3.5.
#[tokio::test]
async fn nonzero_trailing_bits_are_refused() {
    for (characters, unused) in [(2, 15), (3, 3)] {
        let token = ending_in_groups_of(characters);
        assert_accepted(&KEY.layer(), &token).await;
        for index in [0, 1] {
            let others = other_endings(&parts(&token)[index]);
            assert_eq!(others.len(), unused);
            for other in others {
                let token = with_part(&token, index, other);
                assert_refused(&KEY.layer(), &token, Kind::MalformedToken).await;
            }
        }
    }
    let token = KEY.sign(&signing_input(&header()));
    let signatures = other_endings(&parts(&token)[2]);
    assert_eq!(signatures.len(), 15);
    for signature in signatures {
        let token = with_part(&token, 2, signature);
        assert_refused(&KEY.layer(), &token, Kind::MalformedToken).await;
    }
}

/// Class 12: padding, the other alphabet, and characters of neither alphabet.
#[tokio::test]
async fn every_part_is_strict_base64url() {
    let token = KEY.sign(&signing_input(&header()));
    for index in 0..3 {
        let part = &parts(&token)[index];
        let (begin, end) = part.split_at(4);
        for spoiled in [
            format!("{part}="),
            format!("{part}=="),
            format!("{part}%3D"),
            format!("={part}"),
            format!("{begin}+{}", &end[1..]),
            format!("{begin}/{}", &end[1..]),
            format!("{begin}~{}", &end[1..]),
            format!("{begin}\u{fc}{}", &end[1..]),
            format!("{begin}\u{ff0d}{}", &end[1..]),
            // A group of one character.
            format!("{}A", &part[..part.len() / 4 * 4]),
            String::new(),
        ] {
            let token = with_part(&token, index, spoiled);
            assert_refused(&KEY.layer(), &token, Kind::MalformedToken).await;
        }
    }
}

/// Class 12: base64 in MIME ignores white space, and base64url in a JWT does not.
#[tokio::test]
async fn whitespace_in_token_is_refused() {
    let token = KEY.sign(&signing_input(&header()));
    let verifier = KEY.layer().verifier();
    for space in [
        " ", "\t", "\n", "\r", "\r\n", "\u{b}", "\u{c}", "\0", "\u{85}", "\u{a0}", "\u{200b}",
        "\u{2028}", "\u{feff}",
    ] {
        for position in 0..=token.len() {
            let (begin, end) = token.split_at(position);
            let refused = verifier.verify(&format!("{begin}{space}{end}")).await;
            assert_eq!(refused.unwrap_err().kind(), Kind::MalformedToken);
        }
        for part in 0..2 {
            let signed = with_part(&token, part, format!("{}{space}", parts(&token)[part]));
            assert_refused(&KEY.layer(), &signed, Kind::MalformedToken).await;
        }
        let trailing = format!("{token}{space}");
        let body = json!({ "sequenceToken": trailing }).to_string();
        let answer = send(&KEY.layer(), with_body(body)).await;
        answer.assert_refused(Kind::MalformedToken);
    }
}

/// Class 12: neither the beginning of a token nor a token with a suffix is a token.
#[tokio::test]
async fn truncated_or_extended_token_is_refused() {
    let token = KEY.sign(&signing_input(&header()));
    let verifier = KEY.layer().verifier();
    for length in 0..token.len() {
        verifier.verify(&token[..length]).await.unwrap_err();
    }
    let [header, payload, signature] = parts(&token);
    for text in [
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{token}."),
        format!("{token}.."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{token},{token}"),
        format!("{token};{token}"),
        format!("{header}.{payload}.{payload}.{payload}.{signature}"),
        "..".to_owned(),
    ] {
        assert_refused(&KEY.layer(), &text, Kind::MalformedToken).await;
    }
}

/// Class 24: invalid UTF-8 is not repaired, because two names must not become the same name. CVE-2019-19844 (Django)
/// sent a player's secret to another player with a similar email.
#[tokio::test]
async fn invalid_utf_8_is_refused() {
    let header = json!({"alg": "RS256", "kid": ISSUER.key_id()}).to_string();
    for bytes in [
        &b"\xff"[..],
        b"\xc3",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
    ] {
        let mut claims = payload().into_bytes();
        let email = payload().find("player@").unwrap();
        claims.splice(email..email, bytes.iter().copied());
        let token = ISSUER.sign(&header, claims);
        assert_refused(&layer(), &token, Kind::MalformedToken).await;
        let named = [
            &header.as_bytes()[..header.len() - 1],
            b",\"",
            bytes,
            b"\":1}",
        ]
        .concat();
        let token = ISSUER.sign(named, payload());
        assert_refused(&layer(), &token, Kind::MalformedToken).await;
    }
}
