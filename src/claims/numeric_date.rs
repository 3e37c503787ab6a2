//! The times in claims.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, de::Visitor};

/// A JSON number of seconds since the Unix epoch, with or without a fraction (RFC 7519 §2), up to the year 9999.
pub(super) struct NumericDate(pub(super) Duration);

impl NumericDate {
    const MAX_SECONDS: u64 = 253_402_300_799;
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_any`: with serde_json's feature `arbitrary_precision`, it presents a number as a map.
        deserializer.deserialize_f64(NumericDateVisitor)
    }
}

struct NumericDateVisitor;

impl Visitor<'_> for NumericDateVisitor {
    type Value = NumericDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds from 1970 to 9999")
    }

    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
        if seconds > NumericDate::MAX_SECONDS {
            return Err(E::custom("out of range"));
        }
        Ok(NumericDate(Duration::from_secs(seconds)))
    }

    fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
        Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|time| time.as_secs() <= NumericDate::MAX_SECONDS)
            .map(NumericDate)
            .ok_or_else(|| E::custom("out of range"))
    }
}
