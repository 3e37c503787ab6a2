//! The layers that are measured.

use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer};

pub const PROJECT: u64 = 13639;
const OMS_PROJECT: &str = "prj_01";

/// A layer with static keys, so that no refetch disturbs, and with a cache for this many tokens.
pub fn layer(issuer: &LocalIssuer, cached_tokens: usize) -> SequenceAuthLayer {
    let builder = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/");
    build(builder, issuer, cached_tokens)
}

/// The same for an issuer of OMS Wallet.
pub fn oms_layer(issuer: &LocalIssuer, cached_tokens: usize) -> SequenceAuthLayer {
    let builder = SequenceAuthLayer::oms_wallet(OMS_PROJECT, issuer.url());
    build(builder, issuer, cached_tokens)
}

fn build(
    builder: SequenceAuthLayerBuilder,
    issuer: &LocalIssuer,
    cached_tokens: usize,
) -> SequenceAuthLayer {
    builder
        .static_keys(issuer.jwks())
        .token_cache(cached_tokens)
        .build()
        .unwrap()
}
