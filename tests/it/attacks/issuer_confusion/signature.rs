//! Classes 31 and 12 for ES256: a signature is `r` and `s` of 32 bytes each (RFC 7518 §3.4), and nothing else.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, NonceKey, Nonces};

use super::{EmbeddedWallet, LAYERS, OmsWallet, jwk};
use crate::{
    attacks::signing_key::with_signature,
    login,
    support::{bearer, send},
    two_issuers::{OMS_ISSUER, joined, layers},
};

/// The order of the group of P-256, big-endian (SP 800-186 §3.2.1.3).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Subtracts a big-endian number from a larger one of the same length.
fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let digits = a.iter().zip(b).rev().map(|(a, b)| {
        let digit = i16::from(*a) - i16::from(*b) - borrow;
        borrow = i16::from(digit < 0);
        digit.rem_euclid(256) as u8
    });
    let mut difference: Vec<_> = digits.collect();
    difference.reverse();
    difference
}

/// The token's first two parts, and its signature.
fn split(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    (input, URL_SAFE_NO_PAD.decode(signature).unwrap())
}

/// The same token with its other valid signature, `r` and `n - s`.
fn twin(token: &str) -> String {
    let (input, signature) = split(token);
    let (r, s) = signature.split_at(32);
    with_signature(input, &[r, &subtract(&ORDER, s)].concat())
}

/// A positive number in DER (X.690 §8.3), with this many leading zeros that DER forbids.
fn der_integer(number: &[u8], padding: usize) -> Vec<u8> {
    let zeros = number.iter().take_while(|digit| **digit == 0).count();
    let digits = &number[zeros..];
    let sign = usize::from(digits[0] >= 0x80) + padding;
    let length = (sign + digits.len()) as u8;
    [&[2, length], &vec![0; sign][..], digits].concat()
}

/// An `ECDSA-Sig-Value` (SEC 1 §C.5), as most libraries outside of JOSE write it.
fn der(signature: &[u8], padding: usize) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    let numbers = [der_integer(r, padding), der_integer(s, padding)].concat();
    [&[0x30, numbers.len() as u8], &numbers[..]].concat()
}

/// The issuer's key, for signatures in DER.
fn public_key() -> UnparsedPublicKey<Vec<u8>> {
    let jwk = jwk(&OMS_ISSUER, "");
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
}

#[tokio::test]
async fn der_signature_is_refused() {
    let token = OmsWallet.token().mint();
    let (input, signature) = split(&token);
    for padding in [0, 1, 3] {
        let der = der(&signature, padding);
        let is_good = public_key().verify(input.as_bytes(), &der).is_ok();
        assert_eq!(is_good, padding == 0);
        let mut cut = der.clone();
        cut.truncate(64);
        for signature in [der, cut] {
            let forged = with_signature(input, &signature);
            let kind = Kind::InvalidSignature;
            LAYERS.assert_refused_by(OmsWallet, &forged, kind).await;
        }
    }
    LAYERS.assert_accepted_by(OmsWallet, &token).await;
}

/// CVE-2022-21449 (Java) accepted a signature of zeros for any key.
#[tokio::test]
async fn numbers_out_of_range_are_refused() {
    let token = OmsWallet.token().mint();
    let (input, signature) = split(&token);
    let (r, s) = signature.split_at(32);
    let (zero, most) = ([0; 32], [0xff; 32]);
    let mut one = zero;
    one[31] = 1;
    let mut above = ORDER;
    above[31] += 1;
    for (r, s) in [
        (&zero[..], &zero[..]),
        (&zero, s),
        (r, &zero),
        (&ORDER, s),
        (r, &ORDER),
        (&ORDER, &ORDER),
        (&above, s),
        (r, &above),
        (&most, s),
        (r, &most),
        (&most, &most),
        (&one, &one),
        (s, r),
        (r, r),
        (&subtract(&ORDER, r), s),
    ] {
        let forged = with_signature(input, &[r, s].concat());
        let kind = Kind::InvalidSignature;
        LAYERS.assert_refused_by(OmsWallet, &forged, kind).await;
    }
}

#[tokio::test]
async fn signature_of_other_length_is_refused() {
    let token = OmsWallet.token().mint();
    let (input, signature) = split(&token);
    let (r, s) = signature.split_at(32);
    for signature in [
        &signature[..63],
        &signature[1..],
        &[&signature[..], &[0]].concat(),
        &[&[0], &signature[..]].concat(),
        &[&[0], r, &[0], s].concat(),
        &[r, &[0], s].concat(),
        &[&signature[..], &signature[..]].concat(),
        &[0; 1],
        &[0; 32],
        &[0; 63],
        &[0; 64],
        &[0; 65],
        &[0; 96],
        &[0; 256],
        &[0; 2048],
    ] {
        let forged = with_signature(input, signature);
        let kind = Kind::InvalidSignature;
        LAYERS.assert_refused_by(OmsWallet, &forged, kind).await;
    }
    for issuer in [EmbeddedWallet, OmsWallet] {
        let token = issuer.token().mint();
        let (input, signature) = split(&token);
        for text in [
            format!("{input}."),
            format!("{input}.=",),
            format!("{token}=="),
            format!("{token}."),
            input.to_owned(),
        ] {
            for layer in LAYERS.both.iter().chain([LAYERS.alone(issuer)]) {
                super::assert_refused(layer, &text, Kind::MalformedToken).await;
            }
        }
        assert_eq!(signature.len(), if issuer == OmsWallet { 64 } else { 256 });
    }
}

/// Anyone who sees a token can create its twin, with another valid signature (SEC 1 §4.1.4). The twin counts as the
/// same token.
#[tokio::test]
async fn twin_signature_is_no_second_use_of_a_nonce() {
    for is_twin_first in [false, true] {
        let nonces = Nonces::new(NonceKey::random());
        let [embedded, oms] = layers();
        let mut all = joined(&[embedded, oms.clone().with_nonces(nonces.clone())]).to_vec();
        all.push(oms.with_nonces(nonces.clone()));
        for layer in all {
            let token = OmsWallet.token().nonce(&nonces.issue()).mint();
            let mut pair = [twin(&token), token];
            if !is_twin_first {
                pair.reverse();
            }
            send(&layer, bearer(&pair[0])).await.claims();
            for token in &pair {
                login::assert_refused(&layer, bearer(token), Kind::UsedNonce).await;
            }
        }
    }
}

/// The layer verifies the twin on its own, with the same claims, even if the token is cached.
#[tokio::test]
async fn twin_signature_says_the_same() {
    let token = OmsWallet.token().mint();
    let other = twin(&token);
    assert_ne!(token, other);
    for _ in 0..3 {
        for token in [&token, &other] {
            LAYERS.assert_accepted_by(OmsWallet, token).await;
        }
    }
}
