//! A policy that relies on `iat` or `auth_time` refuses every token of OMS Wallet, whose client may have written them.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, MemoryStore, OneTimeKey, OneTimeStore, OneTimeStoreError,
    SequenceAuthLayer, testing::TokenBuilder,
};

use crate::{
    claims::seconds_from_now,
    issuer::token_cache::cached_tokens,
    login::{assert_accepted, assert_refused, nonces},
    oms_wallet::{layer, token},
    recorder::Recorder,
    support::{bearer, send, with_field},
};

/// A store that must not be called.
struct Untouchable;

impl OneTimeStore for Untouchable {
    fn first_use<'a>(
        &'a self,
        _: &'a OneTimeKey,
        _: std::time::SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        panic!("the store was called")
    }
}

type Ask = fn(SequenceAuthLayer) -> SequenceAuthLayer;

const POLICIES: [Ask; 3] = [
    |layer| layer.max_token_age(Duration::MAX),
    |layer| layer.max_session_age(Duration::MAX),
    |layer| layer.once(Untouchable),
];

/// Tokens with neither, one and both of the times.
fn tokens() -> [TokenBuilder; 4] {
    let now = seconds_from_now(0);
    let with_iat = token().claim("iat", now);
    let with_both = with_iat.clone().claim("auth_time", now);
    [
        token(),
        with_iat,
        token().claim("auth_time", now),
        with_both,
    ]
}

#[tokio::test]
async fn every_token_is_refused() {
    for ask in POLICIES {
        for token in tokens().map(|token| token.mint()) {
            let plain = layer();
            let strict = ask(plain.clone());
            // Before the token is cached, and afterwards.
            for cached in [0, 1] {
                assert_eq!(cached_tokens(&strict), Some(cached));
                assert_refused(&strict, bearer(&token), Kind::UntrustedTimes).await;
                assert_refused(&strict, with_field(&token), Kind::UntrustedTimes).await;
                let refused = strict.verifier().verify(&token).await;
                assert_eq!(refused.unwrap_err().kind(), Kind::UntrustedTimes);
                assert_accepted(&plain, bearer(&token)).await;
            }
        }
    }
}

#[tokio::test]
async fn refusal_says_that_issuer_does_not_vouch() {
    let text = "this service relies on the times (iat, auth_time) of a token, which this issuer does not vouch for";
    for ask in POLICIES {
        let answer = send(&ask(layer()), bearer(&token().mint())).await;
        answer.assert_refused(Kind::UntrustedTimes);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            answer.headers["www-authenticate"].to_str().unwrap(),
            format!(
                r#"Bearer realm="sequence", error="invalid_token", error_description="{text}""#
            )
        );
        assert_eq!(
            str::from_utf8(&answer.body).unwrap(),
            format!(r#"{{"error":"invalid_token","error_description":"{text}"}}"#)
        );
    }
}

#[tokio::test]
async fn other_faults_are_named_first() {
    for ask in POLICIES {
        let strict = ask(layer());
        for (token, kind) in [
            (token().expired(), Kind::Expired),
            (token().guest(), Kind::MissingEmail),
            (token().project("prj_02"), Kind::InvalidAudience),
            (
                token().claim("iat", seconds_from_now(60)),
                Kind::IssuedInFuture,
            ),
            (
                token().claim("auth_time", seconds_from_now(60)),
                Kind::InvalidAuthTime,
            ),
        ] {
            assert_refused(&strict, bearer(&token.mint()), kind).await;
        }
    }
}

#[tokio::test]
async fn refused_token_uses_no_nonce() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    let token = token().nonce(&nonces.issue()).mint();
    for ask in POLICIES {
        let strict = ask(login.clone());
        assert_refused(&strict, bearer(&token), Kind::UntrustedTimes).await;
    }
    assert_accepted(&login, bearer(&token)).await;
}

#[tokio::test]
async fn refused_token_is_not_used() {
    let store = Arc::new(MemoryStore::default());
    let once = layer().once(Arc::clone(&store));
    for token in tokens() {
        assert_refused(&once, bearer(&token.mint()), Kind::UntrustedTimes).await;
    }
    assert!(store.is_empty());
}

#[tokio::test]
async fn optional_layer_refuses_too() {
    for ask in POLICIES {
        let strict = ask(layer().optional());
        let token = token().mint();
        assert_refused(&strict, bearer(&token), Kind::UntrustedTimes).await;
        let answer = send(&strict, crate::support::without_token()).await;
        assert!(answer.seen().anonymous);
    }
}

#[tokio::test]
async fn refusals_are_warned_of_once() {
    for ask in POLICIES {
        let (recorder, _guard) = Recorder::start();
        let strict = ask(layer());
        let others = [
            strict.clone(),
            strict.clone().max_token_age(Duration::MAX),
            strict.clone().max_session_age(Duration::ZERO),
            strict.clone().once(Untouchable),
            strict.clone().optional(),
        ];
        for strict in [&strict].into_iter().chain(&others) {
            for token in tokens() {
                let token = token.mint();
                assert_refused(strict, bearer(&token), Kind::UntrustedTimes).await;
                assert_refused(strict, with_field(&token), Kind::UntrustedTimes).await;
                strict.verifier().verify(&token).await.unwrap_err();
            }
        }
        let told = recorder.take_told();
        let told: Vec<_> = told
            .iter()
            .filter(|line| line.starts_with("WARN"))
            .collect();
        let [line] = told[..] else {
            panic!("{told:#?}");
        };
        for part in [
            "WARN every OMS Wallet token is refused here",
            "`once`",
            "`max_token_age`",
            "`max_session_age`",
        ] {
            assert!(line.contains(part), "{line}");
        }
    }
}

#[tokio::test]
async fn nothing_is_warned_of_without_a_refusal() {
    let (recorder, _guard) = Recorder::start();
    for ask in POLICIES {
        let (strict, plain) = (ask(layer()), layer());
        assert_accepted(&plain, bearer(&token().mint())).await;
        let expired = token().expired().mint();
        assert_refused(&strict, bearer(&expired), Kind::Expired).await;
    }
    let told = recorder.take_told();
    let is_warning = |line: &String| line.contains("every OMS Wallet token is refused");
    assert!(!told.iter().any(is_warning), "{told:#?}");
}
