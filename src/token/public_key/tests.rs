//! Signatures by P-256 keys, and the points that form a key.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, KeyPair,
    },
};

use super::*;

const MESSAGE: &[u8] = b"header.payload";

/// The order of the group (SEC 2 §2.4.2).
const ORDER: [u8; 32] = number([
    0xffff_ffff,
    0x0000_0000,
    0xffff_ffff,
    0xffff_ffff,
    0xbce6_faad,
    0xa717_9e84,
    0xf3b9_cac2,
    0xfc63_2551,
]);

/// The prime of the field.
const PRIME: [u8; 32] = number([
    0xffff_ffff,
    0x0000_0001,
    0x0000_0000,
    0x0000_0000,
    0x0000_0000,
    0xffff_ffff,
    0xffff_ffff,
    0xffff_ffff,
]);

/// A `y` for `x` = 0.
const Y_OF_ZERO: [u8; 32] = number([
    0x6648_5c78,
    0x0e2f_83d7,
    0x2433_bd5d,
    0x84a0_6bb6,
    0x541c_2af3,
    0x1dae_8717,
    0x28bf_856a,
    0x174f_93f4,
]);

const ZERO: [u8; 32] = [0; 32];

const fn number(words: [u32; 8]) -> [u8; 32] {
    let mut number = [0; 32];
    let mut place = 0;
    while place < 32 {
        number[place] = words[place / 4].to_be_bytes()[place % 4];
        place += 1;
    }
    number
}

fn less(minuend: &[u8; 32], subtrahend: &[u8; 32]) -> [u8; 32] {
    let mut borrow = 0;
    let mut difference = [0; 32];
    for place in (0..32).rev() {
        let digit = i16::from(minuend[place]) - i16::from(subtrahend[place]) - borrow;
        borrow = i16::from(digit < 0);
        difference[place] = digit.rem_euclid(256).to_le_bytes()[0];
    }
    difference
}

/// A key that signs in both encodings.
struct Signer(Vec<u8>);

impl Signer {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self(pair.to_pkcs8v1().expect("its text").as_ref().to_vec())
    }

    fn pair(&self, form: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(form, &self.0).expect("the key")
    }

    fn sign(&self, form: &'static EcdsaSigningAlgorithm) -> Vec<u8> {
        let signature = self.pair(form).sign(&SystemRandom::new(), MESSAGE);
        signature.expect("a signature").as_ref().to_vec()
    }

    /// `r` and `s`.
    fn numbers(&self) -> [[u8; 32]; 2] {
        let signature = self.sign(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let (r, s) = signature.split_at(32);
        [r, s].map(|number| number.try_into().expect("32 bytes"))
    }

    fn point(&self) -> [[u8; 32]; 2] {
        let pair = self.pair(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        [x, y].map(|number| number.try_into().expect("32 bytes"))
    }

    fn public_key(&self) -> PublicKey {
        key(self.point()).expect("a key")
    }
}

fn key([x, y]: [[u8; 32]; 2]) -> Option<PublicKey> {
    PublicKey::new("a", &KeyMaterial::P256 { x, y })
}

#[test]
fn signature_holds_for_its_message_and_key_alone() {
    let signer = Signer::new();
    let signature = signer.numbers().concat();
    assert!(signer.public_key().verify(MESSAGE, &signature));
    assert!(!signer.public_key().verify(b"header.other", &signature));
    assert!(!Signer::new().public_key().verify(MESSAGE, &signature));
}

#[test]
fn signature_has_64_bytes() {
    let signer = Signer::new();
    let (key, [r, s]) = (signer.public_key(), signer.numbers());
    assert!(key.verify(MESSAGE, &[r, s].concat()));
    let others = [
        vec![],
        vec![0; 63],
        vec![0; 64],
        vec![0; 65],
        vec![0xff; 64],
        [&r[..], &s[..31]].concat(),
        [&r[1..], &s[..]].concat(),
        [&r[..], &s[..], &[0]].concat(),
        [&[0], &r[..], &s[..]].concat(),
        [&[0], &r[..], &[0], &s[..]].concat(),
        r.to_vec(),
        [r, s, r, s].concat(),
    ];
    for signature in others {
        assert!(!key.verify(MESSAGE, &signature), "{}", signature.len());
    }
}

#[test]
fn signature_in_der_does_not_hold() {
    let signer = Signer::new();
    let key = signer.public_key();
    for _ in 0..20 {
        let signature = signer.sign(&ECDSA_P256_SHA256_ASN1_SIGNING);
        assert!(signature.len() > 64);
        assert!(!key.verify(MESSAGE, &signature));
        assert!(!key.verify(MESSAGE, &signature[..64]));
        assert!(!key.verify(MESSAGE, &signature[signature.len() - 64..]));
    }
}

#[test]
fn numbers_of_a_signature_are_between_zero_and_the_order() {
    let signer = Signer::new();
    let (key, [r, s]) = (signer.public_key(), signer.numbers());
    let mut above = ORDER;
    above[31] += 1;
    for bound in [ZERO, ORDER, above, [0xff; 32]] {
        for signature in [[bound, s], [r, bound], [bound, bound]] {
            assert!(!key.verify(MESSAGE, &signature.concat()), "{bound:x?}");
        }
    }
}

/// The reason why a repeated token is recognized by its signed message, not by its signature.
#[test]
fn twin_of_a_signature_holds_too() {
    let signer = Signer::new();
    let (key, [r, s]) = (signer.public_key(), signer.numbers());
    let twin = less(&ORDER, &s);
    assert_ne!(s, twin);
    assert!(key.verify(MESSAGE, &[r, s].concat()));
    assert!(key.verify(MESSAGE, &[r, twin].concat()));
}

#[test]
fn point_that_is_not_on_the_curve_is_no_key() {
    let [x, y] = Signer::new().point();
    let mut next_to_y = y;
    next_to_y[31] ^= 1;
    assert!(key([x, y]).is_some());
    assert!(key([x, less(&PRIME, &y)]).is_some(), "the negative point");
    for point in [
        [x, next_to_y],
        [y, x],
        [x, x],
        [x, ZERO],
        [ZERO, y],
        [[0xff; 32]; 2],
    ] {
        assert!(key(point).is_none(), "{point:x?}");
    }
    assert!(key([ZERO, ZERO]).is_none(), "the point at infinity");
}

#[test]
fn coordinate_is_below_the_prime() {
    assert!(key([ZERO, Y_OF_ZERO]).is_some());
    assert!(key([PRIME, Y_OF_ZERO]).is_none());
}

#[test]
fn fingerprint_tells_ids_kinds_and_numbers_apart() {
    let p256 = |x: &[u8; 32], y: &[u8; 32]| KeyMaterial::P256 { x: *x, y: *y };
    let rsa = |modulus: &[u8], exponent: &[u8]| KeyMaterial::Rsa {
        modulus: modulus.to_vec(),
        exponent: exponent.to_vec(),
    };
    let [x, y] = [[1; 32], [2; 32]];
    let keys = [
        ("a", p256(&x, &y)),
        ("a", p256(&y, &x)),
        ("a", p256(&x, &x)),
        ("b", p256(&x, &y)),
        ("", p256(&x, &y)),
        ("a", rsa(&x, &y)),
        ("a", rsa(&x, &y[1..])),
        ("a", rsa(&[&x[..], &y[..1]].concat(), &y[1..])),
    ];
    for (place, (key_id, material)) in keys.iter().enumerate() {
        let fingerprint = Fingerprint::of(key_id, material);
        let same = |(key_id, material): &&(&str, KeyMaterial)| {
            fingerprint == Fingerprint::of(key_id, material)
        };
        assert_eq!(keys.iter().filter(same).count(), 1, "{place}");
    }
}
