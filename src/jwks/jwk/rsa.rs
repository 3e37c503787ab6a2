//! The numbers of an RSA key (RFC 7518 §6.3.1).

use std::ops::RangeInclusive;

use jsonwebtoken::jwk::KeyAlgorithm;
use serde::de::MapAccess;

use super::Parameters;
use crate::{
    encoding::{
        base64url,
        json::{Members, Text},
    },
    token::{KeyMaterial, MAX_SIGNATURE_BYTES},
};

const MODULUS_BITS: RangeInclusive<usize> = 2048..=8 * MAX_SIGNATURE_BYTES;
/// aws-lc accepts exponents of up to 33 bits.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

#[derive(Default)]
pub(super) struct RsaParameters<'de> {
    modulus: Option<Text<'de>>,
    exponent: Option<Text<'de>>,
}

impl<'de> Members<'de> for RsaParameters<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "n" => self.modulus = map.next_value()?,
            "e" => self.exponent = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de> Parameters<'de> for RsaParameters<'de> {
    fn check_type(key_type: &str, algorithm: Option<KeyAlgorithm>) -> Result<(), &'static str> {
        if key_type != "RSA" {
            return Err("it is not an RSA key");
        }
        if !matches!(algorithm, None | Some(KeyAlgorithm::RS256)) {
            return Err("its alg is not RS256");
        }
        Ok(())
    }

    fn material(&self) -> Result<KeyMaterial, &'static str> {
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

/// Decodes a Base64urlUInt (RFC 7518 §2). Drops leading zeros, which some issuers write.
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
