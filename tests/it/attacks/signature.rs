//! Classes 12 and 22: the signature has to match byte for byte, and is checked before any claim.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};

use super::{
    assert_refused,
    signing_key::{KEY, header, signing_input, with_signature},
};
use crate::support::{ISSUER, layer};

fn split(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    (input, URL_SAFE_NO_PAD.decode(signature).unwrap())
}

/// Adds two big-endian numbers of the same length; `None` if the sum is longer.
fn add(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut sum: Vec<_> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digit = u16::from(*a) + u16::from(*b) + carry;
            carry = digit >> 8;
            digit as u8
        })
        .collect();
    sum.reverse();
    (carry == 0).then_some(sum)
}

/// Class 12: `s + n` is equal to `s` modulo `n`, and often fits into the same bytes. RFC 8017 §8.2.2 requires `s < n`.
#[tokio::test]
async fn signature_plus_modulus_is_refused() {
    // For some signatures, the sum is too large.
    let (input, sum) = (0..)
        .find_map(|number| {
            let mut header = header();
            header["number"] = number.into();
            let input = signing_input(&header);
            let signature = KEY.signature(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &input);
            Some((input, add(&signature, &KEY.modulus())?))
        })
        .unwrap();
    assert_eq!(sum.len(), 256);
    let token = with_signature(&input, &sum);
    assert_refused(&KEY.layer(), &token, Kind::InvalidSignature).await;
}

/// Class 12: signatures with leading zeros, truncated, extended or empty. CVE-2022-24771 (node-forge) was lax with
/// PKCS#1, and CVE-2022-21449 (Java) with zeros.
#[tokio::test]
async fn malformed_signature_is_refused() {
    let token = ISSUER.token().mint();
    let (input, bytes) = split(&token);
    let modulus = KEY.modulus();
    let mut flipped = bytes.clone();
    flipped[0] ^= 1;
    let mut last_flipped = bytes.clone();
    last_flipped[255] ^= 1;
    let mut one = vec![0; 256];
    one[255] = 1;
    for signature in [
        &flipped[..],
        &last_flipped,
        &[&[0], &bytes[..]].concat(),
        &[&bytes[..], &[0]].concat(),
        &[&bytes[..], &bytes[..]].concat(),
        &bytes[1..],
        &bytes[..255],
        &bytes.iter().rev().copied().collect::<Vec<_>>(),
        &[0; 256],
        &[0xff; 256],
        &one,
        &modulus,
        &[0],
        &[1],
    ] {
        let forged = with_signature(input, signature);
        assert_refused(&layer(), &forged, Kind::InvalidSignature).await;
    }
}

/// Class 12: a signature belongs to its header and claims.
#[tokio::test]
async fn signature_over_other_bytes_is_refused() {
    let (ours, eves) = (
        ISSUER.token().mint(),
        ISSUER.token().email("eve@example.com").mint(),
    );
    let (input, signature) = split(&ours);
    let (eves_input, eves_signature) = split(&eves);
    let stranger = LocalIssuer::new();
    let strangers = stranger.token().header("kid", ISSUER.key_id()).mint();
    for forged in [
        with_signature(eves_input, &signature),
        with_signature(input, &eves_signature),
        strangers,
    ] {
        assert_refused(&layer(), &forged, Kind::InvalidSignature).await;
    }
}

/// Class 22: the token has a bad signature and bad claims, and the refusal names the signature. CVE-2024-51744
/// (golang-jwt).
#[tokio::test]
async fn bad_signature_wins_over_bad_claims() {
    let good = ISSUER.token().mint();
    let (_, signature) = split(&good);
    let token = || ISSUER.token();
    for token in [
        token().expired(),
        token().claim("iss", "other"),
        token().project(1),
        token().guest(),
        token().claim("exp", "soon"),
        token().claim("iat", 1_u64 << 40),
        token().claim("sub", 7),
    ] {
        let token = token.mint();
        let (input, _) = split(&token);
        let forged = with_signature(input, &signature);
        assert_refused(&layer(), &forged, Kind::InvalidSignature).await;
    }
    for claims in ["", "null", "[]", "no JSON", "{\"sub\":1,\"sub\":2}"] {
        let header = header_of(&good);
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(format!(" {claims}")));
        let forged = with_signature(&input, &signature);
        assert_refused(&layer(), &forged, Kind::InvalidSignature).await;
    }
}

fn header_of(token: &str) -> &str {
    token.split('.').next().unwrap()
}
