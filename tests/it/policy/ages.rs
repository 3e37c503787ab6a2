//! A token, and the session behind it, must not be older than the layer allows.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::TokenBuilder};

use crate::{
    login::{assert_accepted, assert_refused},
    support::{ISSUER, bearer, layer, send, with_field},
};

const MINUTE: Duration = Duration::from_secs(60);

/// The leeway of all layers here, with a margin for slow machines on either side.
const WITHIN: u64 = 30 - 10;
const BEYOND: u64 = 30 + 2;

fn seconds_ago(seconds: u64) -> SystemTime {
    SystemTime::now() - Duration::from_secs(seconds)
}

fn seconds_since_epoch(time: SystemTime) -> u64 {
    let time = time.duration_since(SystemTime::UNIX_EPOCH);
    time.unwrap().as_secs()
}

fn signed_in(seconds_ago_: u64) -> TokenBuilder {
    let time = seconds_since_epoch(seconds_ago(seconds_ago_));
    ISSUER.token().claim("auth_time", time)
}

async fn assert_too_old(layer: &SequenceAuthLayer, token: &TokenBuilder, kind: Kind) {
    let answer = send(layer, bearer(&token.mint())).await;
    answer.assert_refused(kind);
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_refused(layer, with_field(&token.mint()), kind).await;
}

#[tokio::test]
async fn token_over_max_age_is_refused() {
    let young = layer().max_token_age(MINUTE);
    let issued = |seconds| ISSUER.token().issued_at(seconds_ago(seconds));
    assert_accepted(&young, bearer(&issued(0).mint())).await;
    assert_accepted(&young, bearer(&issued(60 + WITHIN).mint())).await;
    assert_too_old(&young, &issued(60 + BEYOND), Kind::TokenTooOld).await;
    assert_accepted(&layer(), bearer(&issued(60 + BEYOND).mint())).await;
}

#[tokio::test]
async fn session_over_max_age_is_refused() {
    let recent = layer().max_session_age(MINUTE);
    assert_accepted(&recent, bearer(&signed_in(0).mint())).await;
    assert_accepted(&recent, bearer(&signed_in(60 + WITHIN).mint())).await;
    assert_too_old(&recent, &signed_in(60 + BEYOND), Kind::SessionTooOld).await;
    assert_accepted(&layer(), bearer(&signed_in(60 + BEYOND).mint())).await;
}

#[tokio::test]
async fn max_session_age_requires_auth_time() {
    let silent = ISSUER.token().without_claim("auth_time");
    assert_accepted(&layer(), bearer(&silent.mint())).await;
    let recent = layer().max_session_age(Duration::MAX);
    assert_too_old(&recent, &silent, Kind::MissingAuthTime).await;
}

#[tokio::test]
async fn huge_max_age_does_not_overflow() {
    let any = layer()
        .max_token_age(Duration::MAX)
        .max_session_age(Duration::MAX);
    assert_accepted(&any, bearer(&signed_in(1).mint())).await;
}

#[tokio::test]
async fn zero_max_age_leaves_the_leeway() {
    let young = layer().max_token_age(Duration::ZERO);
    assert_accepted(&young, bearer(&ISSUER.token().mint())).await;
    let old = ISSUER.token().issued_at(seconds_ago(BEYOND));
    assert_too_old(&young, &old, Kind::TokenTooOld).await;
}

#[tokio::test]
async fn max_age_uses_the_leeway_of_layer() {
    let strict = ISSUER
        .builder(crate::support::PROJECT)
        .leeway(Duration::ZERO);
    let strict = strict.build().unwrap().max_token_age(MINUTE);
    let old = ISSUER.token().issued_at(seconds_ago(62));
    assert_too_old(&strict, &old, Kind::TokenTooOld).await;
}
