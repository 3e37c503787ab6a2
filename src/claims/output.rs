//! Claims as `Debug` and `Serialize` write them.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::sequence_claims::SequenceClaims;

impl fmt::Debug for SequenceClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SequenceClaims")
            .field("wallet", &self.wallet())
            .field("wallet_id", &self.wallet_id())
            .field("project_id", &self.project_id())
            .field("issuer", &self.issuer())
            .field("identity", &self.identity())
            .field("issued_at", &self.claims.issued_at)
            .field("expires_at", &self.claims.expires_at)
            .finish_non_exhaustive()
    }
}

impl Serialize for SequenceClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let payload = &self.claims;
        let mut claims = serializer.serialize_struct("SequenceClaims", 10)?;
        claims.serialize_field("wallet", &self.wallet().to_checksum(None))?;
        serialize_if_some(&mut claims, "wallet_id", payload.wallet_id.as_ref())?;
        claims.serialize_field("project_id", self.project_id())?;
        serialize_if_some(&mut claims, "email", payload.email.as_ref())?;
        serialize_if_some(&mut claims, "identity", payload.identity.as_ref())?;
        claims.serialize_field("issuer", self.issuer())?;
        let issued_at = payload.issued_at.as_ref().map(Duration::as_secs);
        serialize_if_some(&mut claims, "issued_at", issued_at.as_ref())?;
        claims.serialize_field("expires_at", &payload.expires_at.as_secs())?;
        let authenticated_at = payload.authenticated_at.as_ref().map(Duration::as_secs);
        serialize_if_some(&mut claims, "authenticated_at", authenticated_at.as_ref())?;
        serialize_if_some(&mut claims, "nonce", payload.nonce.as_ref())?;
        claims.end()
    }
}

fn serialize_if_some<S: SerializeStruct>(
    claims: &mut S,
    name: &'static str,
    value: Option<&impl Serialize>,
) -> Result<(), S::Error> {
    match value {
        Some(value) => claims.serialize_field(name, value),
        None => claims.skip_field(name),
    }
}
