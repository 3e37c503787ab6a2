//! Tokens that are changed after they were signed.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{
    ecdsa::{self, REWRITINGS, Rewriting},
    properties::share,
    side::{Side, sides},
    verdict::{assert_seconded, is_seconded, ours},
};

/// Good tokens of each issuer, with different lengths, so the parts have every possible ending in base64.
static SIGNED: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| sides().map(signed));

fn signed(side: &Side) -> Vec<String> {
    let emails = (1..=16).map(|length| format!("{}@example.com", "p".repeat(length)));
    let token = |email: &str| {
        let token = side.issuer.token().claim("aud", side.audience);
        token.claim("exp", 4_000_000_000_u64).email(email)
    };
    emails
        .flat_map(|email| [token(&email).mint(), token(&email).nonce("n-1").mint()])
        .collect()
}

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[derive(Clone, Debug)]
enum Change {
    FlipBit(Index, u8),
    /// Flips a bit of the decoded part.
    FlipDecodedBit(usize, Index, u8),
    /// Counts the last character of a part up: its trailing bits, if it has some.
    TrailingBits(usize, usize),
    Replace(Index, char),
    Insert(Index, char),
    Delete(Index),
    Cut(Index),
    SwapParts(usize, usize),
    /// Takes a part of another token, which may be the other issuer's.
    TakePartOf(usize, Index, usize),
    /// Ends a part with something.
    Append(usize, &'static str),
    OtherAlphabet,
    LeadingZero,
    RewriteSignature(Rewriting),
}

fn any_character() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => (0..BASE64.len()).prop_map(|index| char::from(BASE64[index])),
        2 => prop::sample::select(".=+/ \n\t\0%~".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    let ending = prop::sample::select(vec!["=", "==", "A", "AA", "AAAA", ".", " ", "\n", "%3D"]);
    prop_oneof![
        (any::<Index>(), 0..7_u8).prop_map(|(index, bit)| Change::FlipBit(index, bit)),
        (0..3_usize, any::<Index>(), 0..8_u8)
            .prop_map(|(part, index, bit)| Change::FlipDecodedBit(part, index, bit)),
        (0..3_usize, 1..16_usize).prop_map(|(part, by)| Change::TrailingBits(part, by)),
        (any::<Index>(), any_character()).prop_map(|(index, with)| Change::Replace(index, with)),
        (any::<Index>(), any_character()).prop_map(|(index, with)| Change::Insert(index, with)),
        any::<Index>().prop_map(Change::Delete),
        any::<Index>().prop_map(Change::Cut),
        (0..3_usize, 0..3_usize).prop_map(|(one, other)| Change::SwapParts(one, other)),
        (0..2_usize, any::<Index>(), 0..3_usize)
            .prop_map(|(side, index, part)| Change::TakePartOf(side, index, part)),
        (0..3_usize, ending).prop_map(|(part, with)| Change::Append(part, with)),
        Just(Change::OtherAlphabet),
        Just(Change::LeadingZero),
        prop::sample::select(&REWRITINGS).prop_map(Change::RewriteSignature),
    ]
}

fn apply(token: &str, change: &Change) -> String {
    let mut characters: Vec<char> = token.chars().collect();
    match change {
        _ if characters.is_empty() => {}
        Change::FlipBit(index, bit) => {
            let position = index.index(characters.len());
            let flipped = u32::from(characters[position]) ^ (1 << bit);
            characters[position] = char::from_u32(flipped).unwrap_or('A');
        }
        Change::Replace(index, with) => {
            let position = index.index(characters.len());
            characters[position] = *with;
        }
        Change::Insert(index, with) => characters.insert(index.index(characters.len() + 1), *with),
        Change::Delete(index) => _ = characters.remove(index.index(characters.len())),
        Change::Cut(index) => characters.truncate(index.index(characters.len())),
        Change::OtherAlphabet => return token.replace('-', "+").replace('_', "/"),
        _ => return apply_to_parts(token, change),
    }
    characters.into_iter().collect()
}

fn apply_to_parts(token: &str, change: &Change) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts.resize(parts.len().max(3), String::new());
    match change {
        Change::FlipDecodedBit(part, index, bit) => edit_decoded(&mut parts[*part], |bytes| {
            if !bytes.is_empty() {
                *index.get_mut(bytes) ^= 1 << bit;
            }
        }),
        Change::TrailingBits(part, by) => {
            let last = parts[*part].pop();
            let value = BASE64
                .iter()
                .position(|byte| last == Some(char::from(*byte)));
            let next = (value.unwrap_or_default() + by) % BASE64.len();
            parts[*part].push(char::from(BASE64[next]));
        }
        Change::SwapParts(one, other) => parts.swap(*one, *other),
        Change::TakePartOf(side, index, part) => {
            let other = index.get(&SIGNED[*side]);
            parts[*part] = other.split('.').nth(*part).unwrap().to_owned();
        }
        Change::Append(part, with) => parts[*part].push_str(with),
        Change::LeadingZero => edit_decoded(&mut parts[2], |bytes| bytes.insert(0, 0)),
        Change::RewriteSignature(rewriting) => edit_decoded(&mut parts[2], |bytes| {
            *bytes = ecdsa::rewrite(bytes, *rewriting);
        }),
        _ => unreachable!("a change of characters"),
    }
    parts.join(".")
}

fn edit_decoded(part: &mut String, edit: impl FnOnce(&mut Vec<u8>)) {
    if let Ok(mut bytes) = URL_SAFE_NO_PAD.decode(&*part) {
        edit(&mut bytes);
        *part = URL_SAFE_NO_PAD.encode(bytes);
    }
}

fn rewritten(token: &str, rewriting: Rewriting) -> String {
    apply_to_parts(token, &Change::RewriteSignature(rewriting))
}

/// Returns `true` if the token is letter for letter a signed one, or has the twin of its signature. Without the key,
/// every other text is invalid (RFC 4648 §3.5, RFC 8017 §8.2.2).
fn was_signed(token: &str) -> bool {
    let twin = rewritten(token, Rewriting::Twin);
    let mut signed = SIGNED.iter().flatten();
    signed.any(|signed| *signed == token || *signed == twin)
}

#[test]
fn a_token_that_was_changed_in_any_way_is_refused() {
    for (side, signed) in sides().into_iter().zip(&*SIGNED) {
        for token in signed {
            assert_eq!(ours(token).expect("a good token").issuer(), side.url);
        }
        let cases = (any::<Index>(), vec(any_change(), 0..4));
        let accepted = share(&cases, |(index, changes)| {
            let token = index.get(signed).clone();
            let token = changes
                .iter()
                .fold(token, |token, change| apply(&token, change));
            let Ok(claims) = ours(&token) else {
                return false;
            };
            assert!(was_signed(&token), "{token}");
            assert_seconded(&token, &claims);
            true
        });
        // Some edits leave the token as it was.
        assert!((0.1..0.9).contains(&accepted), "{accepted}");
    }
}

#[test]
fn of_what_is_made_of_a_signature_by_es256_the_twin_alone_holds_for_both() {
    for token in SIGNED.iter().flatten() {
        for rewriting in REWRITINGS {
            let rewritten = rewritten(token, rewriting);
            let holds = rewritten == *token || matches!(rewriting, Rewriting::Twin);
            assert_eq!(ours(&rewritten).is_ok(), holds, "{rewriting:?} {token}");
            assert_eq!(is_seconded(&rewritten), holds, "{rewriting:?} {token}");
        }
    }
}
