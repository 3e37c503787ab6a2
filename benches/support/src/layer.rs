//! The layer that is measured.

use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};

pub const PROJECT: u64 = 13639;

/// A layer with keys for good, so that no refetch takes part, and with a cache for so many tokens.
pub fn layer(issuer: &LocalIssuer, cached_tokens: usize) -> SequenceAuthLayer {
    SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .static_keys(issuer.jwks())
        .token_cache(cached_tokens)
        .build()
        .unwrap()
}
