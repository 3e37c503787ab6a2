//! Class 11: a cached token skips the check of its signature, and no other check.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, EmailPolicy, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::sleep;

use crate::{
    jwks::{assert_accepted, assert_refused},
    key_endpoint::{Endpoint, Mode},
    support::{ISSUER, PROJECT, bearer, layer, send, with_field},
};

/// Returns the number of cached tokens, from `Debug`.
pub(crate) fn cached_tokens(layer: &SequenceAuthLayer) -> Option<usize> {
    let shown = format!("{layer:?}");
    let (_, count) = shown.split_once("TokenCache(Some(")?;
    let (count, _) = count.split_once(')').unwrap();
    Some(count.parse().unwrap())
}

/// Uses a token until it is cached.
async fn accept_twice(layer: &SequenceAuthLayer, token: &str) {
    for _ in 0..2 {
        assert_accepted(layer, token).await;
    }
}

#[tokio::test]
async fn token_is_cached_on_second_use() {
    let layer = layer();
    let token = ISSUER.token().mint();
    assert_eq!(cached_tokens(&layer), Some(0));
    assert_accepted(&layer, &token).await;
    assert_eq!(cached_tokens(&layer), Some(0));
    for _ in 0..3 {
        let answer = send(&layer, bearer(&token)).await;
        assert_eq!(answer.claims().email(), Some("player@example.com"));
        let answer = send(&layer, with_field(&token)).await;
        assert_eq!(answer.claims().email(), Some("player@example.com"));
        assert!(layer.verifier().verify(&token).await.is_ok());
        assert_eq!(cached_tokens(&layer), Some(1));
    }
}

#[tokio::test]
async fn zero_capacity_caches_nothing() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.builder().token_cache(0).build().unwrap();
    accept_twice(&layer, &endpoint.token()).await;
    assert_eq!(cached_tokens(&layer), None);
}

#[tokio::test]
async fn full_cache_still_accepts_tokens() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.builder().token_cache(8).build().unwrap();
    let tokens: Vec<_> = (0..40)
        .map(|number| endpoint.issuer.token().claim("number", number).mint())
        .collect();
    for token in &tokens {
        accept_twice(&layer, token).await;
    }
    for token in &tokens {
        assert_accepted(&layer, token).await;
    }
    let cached = cached_tokens(&layer).unwrap();
    assert!((1..=8).contains(&cached), "{cached}");
}

/// The cache compares the whole token, never only a part or a hash.
#[tokio::test]
async fn same_claims_with_other_signature_are_refused() {
    let layer = layer();
    let token = ISSUER.token().mint();
    accept_twice(&layer, &token).await;
    let (claims, signature) = token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let other = format!("{claims}.{flipped}{}", &signature[1..]);
    assert_refused(&layer, &other, Kind::InvalidSignature).await;
    assert_refused(&layer, &format!("{token}AAAA"), Kind::InvalidSignature).await;
    assert_accepted(&layer, &token).await;
}

#[tokio::test]
async fn each_layer_checks_cached_tokens_itself() {
    let strict = layer();
    let lenient = strict
        .clone()
        .email_policy(EmailPolicy::Optional)
        .also_project(PROJECT + 1);
    let guest = ISSUER.token().guest().mint();
    let other_project = ISSUER.token().project(PROJECT + 1).mint();
    for token in [&guest, &other_project] {
        accept_twice(&lenient, token).await;
    }
    assert_eq!(cached_tokens(&strict), Some(2));
    assert_refused(&strict, &guest, Kind::MissingEmail).await;
    assert_refused(&strict, &other_project, Kind::InvalidAudience).await;
    for token in [&guest, &other_project] {
        assert_accepted(&lenient, token).await;
    }
}

/// Anybody can have tokens of another project, signed with the same key.
#[tokio::test]
async fn refused_token_takes_no_room() {
    let layer = layer();
    let guest = ISSUER.token().guest().mint();
    for _ in 0..3 {
        let expired = ISSUER.token().expired().mint();
        assert_refused(&layer, &expired, Kind::Expired).await;
        let other_project = ISSUER.token().project(PROJECT + 1).mint();
        assert_refused(&layer, &other_project, Kind::InvalidAudience).await;
        assert_refused(&layer, &guest, Kind::MissingEmail).await;
    }
    assert_eq!(cached_tokens(&layer), Some(0));
    // And it does not count as a first use.
    let lenient = layer.email_policy(EmailPolicy::Optional);
    assert_accepted(&lenient, &guest).await;
    assert_eq!(cached_tokens(&lenient), Some(0));
}

/// Otherwise made-up tokens would replace the tokens of players.
#[tokio::test]
async fn forged_token_evicts_nothing() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.builder().token_cache(1).build().unwrap();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    let (message, signature) = token.rsplit_once('.').unwrap();
    for number in 0..100 {
        let end = format!("{number:02}AA");
        let forged = format!(
            "{message}.{}{end}",
            &signature[..signature.len() - end.len()]
        );
        assert_refused(&layer, &forged, Kind::InvalidSignature).await;
    }
    assert_accepted(&layer, &token).await;
    assert_eq!(cached_tokens(&layer), Some(1));
}

#[tokio::test(start_paused = true)]
async fn removed_key_evicts_its_tokens() {
    assert_forgotten_after(LocalIssuer::rotate, Kind::UnknownKey).await;
}

#[tokio::test(start_paused = true)]
async fn key_changed_under_kid_evicts_its_tokens() {
    assert_forgotten_after(LocalIssuer::rotate_under_same_id, Kind::InvalidSignature).await;
}

async fn assert_forgotten_after(change: impl Fn(&LocalIssuer), kind: Kind) {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    accept_twice(&layer, &old).await;
    assert_eq!(cached_tokens(&layer), Some(1));
    change(&endpoint.issuer);
    sleep(Duration::from_secs(331)).await;
    assert_eq!(cached_tokens(&layer), Some(0));
    assert_refused(&layer, &old, kind).await;
}

#[tokio::test(start_paused = true)]
async fn unchanged_keys_evict_nothing() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    accept_twice(&layer, &endpoint.token()).await;
    sleep(Duration::from_secs(1000)).await;
    assert!(endpoint.attempts() > 1);
    assert_eq!(cached_tokens(&layer), Some(1));
}

#[tokio::test(start_paused = true)]
async fn cached_token_expires_with_its_key() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    accept_twice(&layer, &token).await;
    assert_eq!(cached_tokens(&layer), Some(1));
    endpoint.set(Mode::Fails);
    sleep(Duration::from_secs(25 * 3600)).await;
    assert_refused(&layer, &token, Kind::KeysUnavailable).await;
}

#[test]
fn oversized_cache_is_refused() {
    let built = SequenceAuthLayer::builder(PROJECT)
        .token_cache(10_000_001)
        .build();
    assert!(built.unwrap_err().to_string().contains("token_cache"));
}
