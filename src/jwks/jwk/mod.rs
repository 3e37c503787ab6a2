//! An entry of a key document: whether it is a usable key, and its numbers.

mod p256;
mod rsa;

use jsonwebtoken::jwk::{KeyAlgorithm, KeyOperations, PublicKeyUse};
use serde::de::{IgnoredAny, MapAccess};

use self::{p256::P256Parameters, rsa::RsaParameters};
use crate::{
    defaults::LIMIT_KEY_ID_BYTES,
    encoding::json::{self, Members, Text},
    token::{Algorithm, KeyMaterial},
};

/// Reads a JSON Web Key (RFC 7517 §4). Returns its ID and numbers, or why it is not a usable key for this algorithm.
pub(super) fn read(
    json: &str,
    algorithm: Algorithm,
) -> Result<(String, KeyMaterial), &'static str> {
    match algorithm {
        Algorithm::Rs256 => read_as::<RsaParameters<'_>>(json),
        Algorithm::Es256 => read_as::<P256Parameters<'_>>(json),
    }
}

fn read_as<'de, P>(json: &'de str) -> Result<(String, KeyMaterial), &'static str>
where
    P: Parameters<'de>,
{
    let jwk = json::read(json, Jwk::<P>::default()).map_err(|_| "it is not a well-formed JWK")?;
    if jwk.is_private {
        return Err("its private part is published with it");
    }
    jwk.check_purpose()?;
    P::check_type(jwk.key_type(), jwk.algorithm)?;
    let material = jwk.parameters.material()?;
    let key_id = jwk.key_id.filter(|Text(key_id)| !key_id.is_empty());
    let Text(key_id) = key_id.ok_or("it has no kid")?;
    if key_id.len() > LIMIT_KEY_ID_BYTES {
        return Err("its kid has more than 128 bytes, so no token can name it");
    }
    Ok((key_id.into_owned(), material))
}

/// The members that only keys for one algorithm have (RFC 7518 §6).
trait Parameters<'de>: Members<'de> + Default {
    /// Checks the `kty`, and the `alg` if it is present.
    fn check_type(key_type: &str, algorithm: Option<KeyAlgorithm>) -> Result<(), &'static str>;

    /// Returns the numbers, if they make a usable key.
    fn material(&self) -> Result<KeyMaterial, &'static str>;
}

/// The members of a key that matter here. The type in `jsonwebtoken` also reads members that do not matter, and its
/// result depends on the features of serde_json (serde-rs/json#505).
#[derive(Default)]
struct Jwk<'de, P> {
    key_type: Option<Text<'de>>,
    key_id: Option<Text<'de>>,
    algorithm: Option<KeyAlgorithm>,
    public_key_use: Option<PublicKeyUse>,
    operations: Option<Vec<KeyOperations>>,
    is_private: bool,
    parameters: P,
}

impl<'de, P: Members<'de>> Members<'de> for Jwk<'de, P> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "kty" => self.key_type = map.next_value()?,
            "kid" => self.key_id = map.next_value()?,
            "alg" => self.algorithm = map.next_value()?,
            "use" => self.public_key_use = map.next_value()?,
            "key_ops" => self.operations = map.next_value()?,
            // The private part of RSA keys (RFC 7518 §6.3.2.1) and EC keys (§6.2.2.1).
            "d" => self.is_private = map.next_value::<Option<IgnoredAny>>()?.is_some(),
            _ => return self.parameters.take(name, map),
        }
        Ok(true)
    }
}

impl<P> Jwk<'_, P> {
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
}
