//! The point of an EC key on P-256 (RFC 7518 §6.2.1).

use jsonwebtoken::jwk::KeyAlgorithm;
use serde::de::MapAccess;

use super::Parameters;
use crate::{
    encoding::{
        base64url,
        json::{Members, Text},
    },
    token::KeyMaterial,
};

#[derive(Default)]
pub(super) struct P256Parameters<'de> {
    curve: Option<Text<'de>>,
    x: Option<Text<'de>>,
    y: Option<Text<'de>>,
}

impl<'de> Members<'de> for P256Parameters<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "crv" => self.curve = map.next_value()?,
            "x" => self.x = map.next_value()?,
            "y" => self.y = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de> Parameters<'de> for P256Parameters<'de> {
    fn check_type(key_type: &str, algorithm: Option<KeyAlgorithm>) -> Result<(), &'static str> {
        if key_type != "EC" {
            return Err("it is not an EC key");
        }
        if !matches!(algorithm, None | Some(KeyAlgorithm::ES256)) {
            return Err("its alg is not ES256");
        }
        Ok(())
    }

    fn material(&self) -> Result<KeyMaterial, &'static str> {
        if self
            .curve
            .as_ref()
            .is_none_or(|Text(curve)| curve != "P-256")
        {
            return Err("its curve is not P-256");
        }
        let x = coordinate(self.x.as_ref()).ok_or("its x is not 32 bytes in base64url")?;
        let y = coordinate(self.y.as_ref()).ok_or("its y is not 32 bytes in base64url")?;
        let material = KeyMaterial::P256 { x, y };
        if !material.is_key() {
            return Err("its point is not on the curve");
        }
        Ok(material)
    }
}

/// Decodes a coordinate. It must have its full length (RFC 7518 §6.2.1.2), so each key has one encoding.
fn coordinate(text: Option<&Text<'_>>) -> Option<[u8; 32]> {
    let Text(text) = text?;
    base64url::decode(text.as_bytes())?.try_into().ok()
}
