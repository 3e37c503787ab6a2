//! The headers that describe the player to the backend.

use axum::http::{HeaderName, HeaderValue};
use sequence_auth::SequenceClaims;

use crate::percent_encoding::percent_encoded;

const ADDRESS: HeaderName = HeaderName::from_static("x-wallet-address");
const EMAIL: HeaderName = HeaderName::from_static("x-wallet-email");
const PROJECT: HeaderName = HeaderName::from_static("x-wallet-project");
const ISSUER: HeaderName = HeaderName::from_static("x-wallet-issuer");

/// The JSON body of a refusal, repeated for proxies that drop the body.
pub(crate) const REFUSAL: HeaderName = HeaderName::from_static("x-wallet-refusal");

/// Always returns all headers, some of them empty: a proxy may only replace the client's own header if the response has
/// one.
pub(crate) fn wallet_headers(claims: &SequenceClaims) -> [(HeaderName, HeaderValue); 4] {
    let address = claims.wallet().to_checksum(None);
    [
        (ADDRESS, percent_encoded(&address)),
        (EMAIL, percent_encoded(claims.email().unwrap_or_default())),
        (PROJECT, percent_encoded(claims.project_id())),
        (ISSUER, percent_encoded(claims.issuer())),
    ]
}
