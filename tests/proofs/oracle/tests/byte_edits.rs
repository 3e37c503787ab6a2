//! The JSON of tokens, changed byte by byte before the right key signs it.

use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::json;

use crate::{
    properties::share,
    side::{Side, sides},
    verdict::{assert_seconded, ours},
};

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

fn header(side: &Side) -> Vec<u8> {
    let header = json!({"alg": side.algorithm, "kid": side.issuer.key_id(), "typ": "JWT"});
    header.to_string().into_bytes()
}

fn payload(side: &Side) -> Vec<u8> {
    let mut payload = json!({
        "iss": side.url, "aud": [side.audience], "sub": "wallet_01",
        "iat": 1_700_000_000, "exp": 4_000_000_000_u64, "auth_time": 1_699_999_940,
        "email": "player@example.com", "nonce": "n-\u{fc}\u{1f600}\n",
        side.identity_claim(): {"type": "OIDC", "iss": "https://accounts.example", "sub": "7", "email": "a@b.c"},
        "guild": {"rank": [1, 2.5, null, true], "name": "\\\"<&>"},
    });
    payload[side.wallet_claim] = WALLET.into();
    if side.is_oms_wallet() {
        payload["wallet_type"] = "ethereum".into();
    }
    payload.to_string().into_bytes()
}

const OF_JSON: &[u8] = b"{}[]\":,\\u0123456789eE+-. \t\n\rtrufalsn\xff\xc3\xa9\0x";

#[derive(Clone, Debug)]
enum Edit {
    FlipBit(Index, u8),
    Replace(Index, u8),
    Insert(Index, u8),
    Delete(Index, usize),
    /// Copies some bytes to another place.
    Copy(Index, usize, Index),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let of_json = || prop::sample::select(OF_JSON);
    prop_oneof![
        (any::<Index>(), 0..8_u8).prop_map(|(index, bit)| Edit::FlipBit(index, bit)),
        (any::<Index>(), of_json()).prop_map(|(index, byte)| Edit::Replace(index, byte)),
        (any::<Index>(), of_json()).prop_map(|(index, byte)| Edit::Insert(index, byte)),
        (any::<Index>(), 1..40_usize).prop_map(|(index, count)| Edit::Delete(index, count)),
        (any::<Index>(), 1..40_usize, any::<Index>())
            .prop_map(|(from, count, to)| Edit::Copy(from, count, to)),
    ]
}

fn apply(mut json: Vec<u8>, edit: &Edit) -> Vec<u8> {
    let slice = |json: &[u8], from: &Index, count: usize| {
        let start = from.index(json.len());
        start..(start + count).min(json.len())
    };
    match edit {
        _ if json.is_empty() => {}
        Edit::FlipBit(index, bit) => *index.get_mut(&mut json) ^= 1 << bit,
        Edit::Replace(index, byte) => *index.get_mut(&mut json) = *byte,
        Edit::Insert(index, byte) => json.insert(index.index(json.len() + 1), *byte),
        Edit::Delete(index, count) => _ = json.drain(slice(&json, index, *count)),
        Edit::Copy(from, count, to) => {
            let copied = json[slice(&json, from, *count)].to_vec();
            let position = to.index(json.len() + 1);
            json.splice(position..position, copied);
        }
    }
    json
}

#[test]
fn what_is_accepted_of_any_signed_bytes_a_second_accepts_too() {
    for side in sides() {
        let good = [header(side), payload(side)];
        let edits = (vec(any_edit(), 0..3), prop::bool::weighted(0.2));
        let accepted = share(&edits, |(edits, of_header)| {
            let [mut header, mut payload] = good.clone();
            let edited = if of_header { &mut header } else { &mut payload };
            *edited = edits.iter().fold(std::mem::take(edited), apply);
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
