//! One entry of a key document: whether it is a usable key, and its numbers.

use std::ops::RangeInclusive;

use jsonwebtoken::jwk::{KeyAlgorithm, KeyOperations, PublicKeyUse};
use serde::de::{IgnoredAny, MapAccess};

use crate::{
    encoding::{
        base64url,
        json::{self, Members, Text},
    },
    token::{Algorithm, KeyMaterial, MAX_SIGNATURE_BYTES},
};

const MODULUS_BITS: RangeInclusive<usize> = 2048..=8 * MAX_SIGNATURE_BYTES;
/// The largest exponent that aws-lc takes has 33 bits.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// Reads one JSON Web Key (RFC 7517 §4): its id and its numbers, or why it is not a key for this algorithm.
pub(super) fn read(
    json: &str,
    algorithm: Algorithm,
) -> Result<(String, KeyMaterial), &'static str> {
    let jwk = json::read(json, Jwk::default()).map_err(|_| "it is not a well-formed JWK")?;
    if jwk.is_private {
        return Err("its private part is published with it");
    }
    jwk.check_purpose()?;
    let material = match algorithm {
        Algorithm::Rs256 => jwk.rs256_material(),
    }?;
    let key_id = jwk.key_id.filter(|Text(key_id)| !key_id.is_empty());
    let Text(key_id) = key_id.ok_or("it has no kid")?;
    Ok((key_id.into_owned(), material))
}

/// What we read of a key. `jsonwebtoken` has a type for all of it, but reads what a key does not need too,
/// in a way that depends on the features of serde_json (serde-rs/json#505).
#[derive(Default)]
struct Jwk<'de> {
    key_type: Option<Text<'de>>,
    key_id: Option<Text<'de>>,
    algorithm: Option<KeyAlgorithm>,
    public_key_use: Option<PublicKeyUse>,
    operations: Option<Vec<KeyOperations>>,
    modulus: Option<Text<'de>>,
    exponent: Option<Text<'de>>,
    is_private: bool,
}

impl<'de> Members<'de> for Jwk<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "kty" => self.key_type = map.next_value()?,
            "kid" => self.key_id = map.next_value()?,
            "alg" => self.algorithm = map.next_value()?,
            "use" => self.public_key_use = map.next_value()?,
            "key_ops" => self.operations = map.next_value()?,
            "n" => self.modulus = map.next_value()?,
            "e" => self.exponent = map.next_value()?,
            "d" => self.is_private = map.next_value::<Option<IgnoredAny>>()?.is_some(),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Jwk<'_> {
    fn key_type(&self) -> &str {
        self.key_type.as_ref().map_or("", |Text(key_type)| key_type)
    }

    fn check_purpose(&self) -> Result<(), &'static str> {
        if !matches!(self.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return Err("its use is not sig");
        }
        let operations = self.operations.as_ref();
        if operations.is_some_and(|operations| !operations.contains(&KeyOperations::Verify)) {
            return Err("its key_ops lack verify");
        }
        Ok(())
    }

    /// Returns the numbers of an RS256 key (RFC 7518 §6.3.1).
    fn rs256_material(&self) -> Result<KeyMaterial, &'static str> {
        if self.key_type() != "RSA" {
            return Err("it is not an RSA key");
        }
        if !matches!(self.algorithm, None | Some(KeyAlgorithm::RS256)) {
            return Err("its alg is not RS256");
        }
        let modulus = unsigned(self.modulus.as_ref()).ok_or("its modulus is not base64url")?;
        let exponent = unsigned(self.exponent.as_ref()).ok_or("its exponent is not base64url")?;
        if !MODULUS_BITS.contains(&bits(&modulus)) {
            return Err("its modulus has fewer than 2048 or more than 8192 bits");
        }
        if modulus.last().is_none_or(|last| last % 2 == 0) {
            return Err("its modulus is even");
        }
        if !is_sound_exponent(&exponent) {
            return Err("its exponent is even, below 3 or above 33 bits");
        }
        Ok(KeyMaterial::Rsa { modulus, exponent })
    }
}

/// Decodes a Base64urlUInt (RFC 7518 §2). Leading zeros, which some issuers write, are dropped.
fn unsigned(text: Option<&Text<'_>>) -> Option<Vec<u8>> {
    let Text(text) = text?;
    let bytes = base64url::decode(text.as_bytes())?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].to_vec())
}

fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn is_sound_exponent(exponent: &[u8]) -> bool {
    if exponent.len() > size_of::<u64>() {
        return false;
    }
    let exponent = exponent
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte));
    exponent % 2 == 1 && (3..=MAX_EXPONENT).contains(&exponent)
}
