//! The places of a request that may hold its token, beside the bearer header.

use sequence_auth::{ConfigError, TokenSource};

/// The names of the cookie and of the header that may hold a token.
#[derive(Clone, Debug)]
pub struct TokenNames {
    /// The cookie's.
    pub cookie: String,
    /// The header's.
    pub header: String,
}

impl TokenNames {
    /// Returns the sources in their order. A browser sends the cookie on its own, so the cookie comes last. No source
    /// reads a body, because the proxy keeps it.
    pub(crate) fn sources(&self) -> Result<[TokenSource; 3], ConfigError> {
        Ok([
            TokenSource::bearer(),
            TokenSource::header(&self.header)?,
            TokenSource::cookie(&self.cookie)?,
        ])
    }
}

impl Default for TokenNames {
    fn default() -> Self {
        Self {
            cookie: "__Host-token".to_owned(),
            header: "x-sequence-token".to_owned(),
        }
    }
}
