//! What the backend is told of the player.

use axum::http::{HeaderName, HeaderValue};
use sequence_auth::SequenceClaims;

use crate::percent_encoding::percent_encoded;

const ADDRESS: HeaderName = HeaderName::from_static("x-wallet-address");
const EMAIL: HeaderName = HeaderName::from_static("x-wallet-email");
const PROJECT: HeaderName = HeaderName::from_static("x-wallet-project");
const ISSUER: HeaderName = HeaderName::from_static("x-wallet-issuer");

/// The JSON body of a refusal once more, for proxies that drop the body.
pub(crate) const REFUSAL: HeaderName = HeaderName::from_static("x-wallet-refusal");

/// Returns always all of them, empty where there is nothing to tell: a proxy may replace the client's own header only by
/// one that is there.
pub(crate) fn wallet_headers(claims: &SequenceClaims) -> [(HeaderName, HeaderValue); 4] {
    let address = claims.wallet().to_checksum(None);
    [
        (ADDRESS, percent_encoded(&address)),
        (EMAIL, percent_encoded(claims.email().unwrap_or_default())),
        (PROJECT, percent_encoded(claims.project_id())),
        (ISSUER, percent_encoded(claims.issuer())),
    ]
}
