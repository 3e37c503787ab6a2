//! How an issuer writes its claims.

use std::sync::Arc;

/// What the reader of claims has to know of an issuer.
#[derive(Debug)]
pub(crate) struct ClaimRules {
    /// The `iss` of its tokens.
    pub(crate) issuer: Arc<str>,
    /// What precedes the project in an audience; other audiences name no project.
    pub(crate) audience_prefix: String,
    /// The name of the claim that holds the [`Identity`](super::Identity).
    pub(crate) identity_claim: String,
}

impl ClaimRules {
    /// Returns the project that an audience names. A number with a sign or with leading zeros is another text than
    /// the issuer writes.
    pub(super) fn project(&self, audience: &str) -> Option<u64> {
        let number = audience.strip_prefix(self.audience_prefix.as_str())?;
        if number != "0" && number.starts_with(['0', '+']) {
            return None;
        }
        number.parse().ok()
    }
}
