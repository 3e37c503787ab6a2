//! Which entry of a key document is a key that may verify our tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
    RSAKeyParameters,
};
use serde::{Deserialize, de::IgnoredAny};

use super::verifying_key::RsaComponents;

const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
// The largest that aws-lc takes has 33 bits.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// Reads one JSON Web Key (RFC 7517 §4): its id and components, or why it is of no use to us.
pub(crate) fn read(json: &str) -> Result<(String, RsaComponents), &'static str> {
    let jwk: Jwk = serde_json::from_str(json).map_err(|_| "it is not a well-formed JWK")?;
    let AlgorithmParameters::RSA(rsa) = jwk.algorithm else {
        return Err("it is not an RSA key");
    };
    if holds_private_part(json) {
        return Err("its private part is published with it");
    }
    check_purpose(&jwk.common)?;
    let key_id = jwk.common.key_id.filter(|key_id| !key_id.is_empty());
    let key_id = key_id.ok_or("it has no kid")?;
    Ok((key_id, components(&rsa)?))
}

fn holds_private_part(json: &str) -> bool {
    #[derive(Deserialize)]
    struct Private {
        d: Option<IgnoredAny>,
    }
    serde_json::from_str::<Private>(json).map_or(true, |key| key.d.is_some())
}

fn check_purpose(common: &CommonParameters) -> Result<(), &'static str> {
    if !matches!(common.key_algorithm, None | Some(KeyAlgorithm::RS256)) {
        return Err("its alg is not RS256");
    }
    if !matches!(common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return Err("its use is not sig");
    }
    let operations = common.key_operations.as_ref();
    if operations.is_some_and(|operations| !operations.contains(&KeyOperations::Verify)) {
        return Err("its key_ops lack verify");
    }
    Ok(())
}

fn components(rsa: &RSAKeyParameters) -> Result<RsaComponents, &'static str> {
    let modulus = unsigned(&rsa.n).ok_or("its modulus is not base64url")?;
    let exponent = unsigned(&rsa.e).ok_or("its exponent is not base64url")?;
    if !MODULUS_BITS.contains(&bits(&modulus)) {
        return Err("its modulus has fewer than 2048 or more than 8192 bits");
    }
    if modulus.last().is_none_or(|last| last % 2 == 0) {
        return Err("its modulus is even");
    }
    if !is_sound_exponent(&exponent) {
        return Err("its exponent is even, below 3 or above 33 bits");
    }
    Ok(RsaComponents { modulus, exponent })
}

/// Decodes a Base64urlUInt (RFC 7518 §2). Leading zeros, which some issuers write, are dropped.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
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
