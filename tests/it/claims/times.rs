//! `exp`, `iat`, `nbf` and `auth_time` are compared with the clock.

use std::time::{Duration, SystemTime};

use sequence_auth::AuthErrorKind as Kind;

use super::{accepted, assert_refused, seconds_from_now};
use crate::support::{ISSUER, PROJECT, bearer, layer, payload_of, send, with_payload};

#[tokio::test]
async fn expired_token_is_refused_past_leeway() {
    accepted(ISSUER.token().claim("exp", seconds_from_now(-20))).await;
    assert_refused(
        ISSUER.token().claim("exp", seconds_from_now(-31)),
        Kind::Expired,
    )
    .await;
    assert_refused(ISSUER.token().claim("exp", 0), Kind::Expired).await;
    assert_refused(ISSUER.token().expired(), Kind::Expired).await;
    let strict = ISSUER
        .builder(PROJECT)
        .leeway(Duration::ZERO)
        .build()
        .unwrap();
    let token = ISSUER.token().claim("exp", seconds_from_now(-1)).mint();
    send(&strict, bearer(&token))
        .await
        .assert_refused(Kind::Expired);
}

#[tokio::test]
async fn lifetime_over_a_day_is_refused_by_default() {
    const DAY: i64 = 24 * 60 * 60;
    let lasting = |seconds| ISSUER.token().claim("exp", seconds_from_now(seconds));
    accepted(lasting(DAY + 20)).await;
    assert_refused(lasting(DAY + 40), Kind::LifetimeTooLong).await;
    // The rest of its life and the claimed time of issue make no difference.
    let old = lasting(60).claim("iat", seconds_from_now(-DAY));
    assert_refused(old, Kind::LifetimeTooLong).await;
    let limited = |seconds| {
        let builder = ISSUER.builder(PROJECT).leeway(Duration::ZERO);
        builder
            .max_token_lifetime(Duration::from_secs(seconds))
            .build()
            .unwrap()
    };
    let hour = lasting(3600).mint();
    send(&limited(3610), bearer(&hour)).await.claims();
    let short = limited(3590);
    send(&short, bearer(&hour))
        .await
        .assert_refused(Kind::LifetimeTooLong);
    send(&short, bearer(&lasting(3580).mint())).await.claims();
}

#[tokio::test]
async fn future_time_is_refused_past_leeway() {
    for (name, kind) in [
        ("iat", Kind::IssuedInFuture),
        ("nbf", Kind::NotYetValid),
        ("auth_time", Kind::InvalidAuthTime),
    ] {
        accepted(ISSUER.token().claim(name, seconds_from_now(20))).await;
        assert_refused(ISSUER.token().claim(name, seconds_from_now(60)), kind).await;
    }
    accepted(ISSUER.token().claim("nbf", seconds_from_now(-5))).await;
}

#[tokio::test]
async fn time_is_read_in_any_json_spelling() {
    let exp = seconds_from_now(600);
    let payload = payload_of(&ISSUER.token().without_claim("exp").mint());
    for spelling in [
        format!("{exp}"),
        format!("{exp}.0"),
        format!("{exp}.75"),
        format!("{exp}e0"),
        format!("{exp}0E-1"),
        format!("{}.{}e+1", exp / 10, exp % 10),
    ] {
        let token = with_payload(&format!("{{\"exp\":{spelling},{}", &payload[1..]));
        let answer = send(&layer(), bearer(&token)).await;
        let expires_at = answer.claims().expires_at();
        let since_epoch = expires_at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since_epoch.as_secs(), u64::try_from(exp).unwrap());
    }
}
