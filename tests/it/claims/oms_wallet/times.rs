//! `exp` is required. `iat`, `nbf` and `auth_time` are optional, and refuse a token if they are wrong.

use std::time::{Duration, SystemTime};

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use serde_json::json;

use crate::{
    claims::seconds_from_now,
    oms_wallet::{ISSUER, PROJECT, accepted, assert_refused, token},
    support::{bearer, send},
};

const DAY: i64 = 24 * 60 * 60;

/// A layer without leeway that accepts tokens with at most this lifetime, in seconds.
fn limited(seconds: u64) -> SequenceAuthLayer {
    let builder = ISSUER.builder(PROJECT).leeway(Duration::ZERO);
    let builder = builder.max_token_lifetime(Duration::from_secs(seconds));
    builder.build().unwrap()
}

#[tokio::test]
async fn expiry_is_required() {
    assert_refused(token().without_claim("exp"), Kind::InvalidExpiry).await;
    for exp in [json!(null), json!("1900000000"), json!(-1), json!([])] {
        assert_refused(token().claim("exp", exp), Kind::InvalidExpiry).await;
    }
}

#[tokio::test]
async fn expired_token_is_refused_past_leeway() {
    accepted(token().claim("exp", seconds_from_now(-20))).await;
    let expired = token().claim("exp", seconds_from_now(-31));
    assert_refused(expired, Kind::Expired).await;
    assert_refused(token().claim("exp", 0), Kind::Expired).await;
    assert_refused(token().expired(), Kind::Expired).await;
}

#[tokio::test]
async fn other_times_are_not_required() {
    let bare = token()
        .without_claim("iat")
        .without_claim("nbf")
        .without_claim("auth_time");
    let claims = accepted(bare).await;
    assert_eq!(claims.issued_at(), None);
    assert_eq!(claims.authenticated_at(), None);
}

#[tokio::test]
async fn past_time_passes() {
    for name in ["iat", "nbf", "auth_time"] {
        for seconds in [-3600, -5, 0, 20] {
            accepted(token().claim(name, seconds_from_now(seconds))).await;
        }
    }
    for name in ["nbf", "auth_time"] {
        accepted(token().claim(name, 0)).await;
    }
    let time = seconds_from_now(-100);
    let claims = accepted(token().claim("iat", time).claim("auth_time", time)).await;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time.try_into().unwrap());
    assert_eq!(claims.issued_at(), Some(time));
    assert_eq!(claims.authenticated_at(), Some(time));
}

#[tokio::test]
async fn future_time_is_refused_past_leeway() {
    for (name, kind) in [
        ("iat", Kind::IssuedInFuture),
        ("nbf", Kind::NotYetValid),
        ("auth_time", Kind::InvalidAuthTime),
    ] {
        assert_refused(token().claim(name, seconds_from_now(60)), kind).await;
        let soon = token().claim(name, seconds_from_now(20)).mint();
        send(&limited(3600), bearer(&soon))
            .await
            .assert_refused(kind);
    }
}

#[tokio::test]
async fn malformed_time_is_refused() {
    for (name, kind) in [
        ("iat", Kind::InvalidIssuedAt),
        ("nbf", Kind::InvalidNotBefore),
        ("auth_time", Kind::InvalidAuthTime),
    ] {
        for value in [
            json!(null),
            json!("1700000000"),
            json!(""),
            json!(-1),
            json!(true),
            json!([1_700_000_000]),
            json!({}),
            json!(253_402_300_800_u64),
        ] {
            assert_refused(token().claim(name, value), kind).await;
        }
    }
}

#[tokio::test]
async fn lifetime_over_a_day_is_refused_by_default() {
    let lasting = |seconds| token().claim("exp", seconds_from_now(seconds));
    accepted(lasting(DAY + 20)).await;
    assert_refused(lasting(DAY + 40), Kind::LifetimeTooLong).await;
    assert_refused(lasting(365 * DAY), Kind::LifetimeTooLong).await;
    // The lifetimes in samples of OMS Wallet.
    for seconds in [300, 3600] {
        accepted(lasting(seconds)).await;
    }
}

#[tokio::test]
async fn lifetime_counts_from_issue_where_it_is_said() {
    let lasting = |seconds| token().claim("exp", seconds_from_now(seconds));
    let hour = limited(3600);
    send(&hour, bearer(&lasting(3590).mint())).await.claims();
    send(&hour, bearer(&lasting(3610).mint()))
        .await
        .assert_refused(Kind::LifetimeTooLong);
    // The rest of its life makes no difference. A time of issue in the past shortens the allowed rest, and never
    // extends it.
    let issued = |seconds| lasting(60).claim("iat", seconds_from_now(seconds)).mint();
    send(&hour, bearer(&issued(-3500))).await.claims();
    for seconds in [-3550, -365 * DAY] {
        send(&hour, bearer(&issued(seconds)))
            .await
            .assert_refused(Kind::LifetimeTooLong);
    }
    let long = lasting(3610).claim("iat", seconds_from_now(0));
    send(&hour, bearer(&long.mint()))
        .await
        .assert_refused(Kind::LifetimeTooLong);
}
