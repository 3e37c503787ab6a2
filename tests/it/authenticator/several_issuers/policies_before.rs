//! A setting made before `or` applies to the tokens of its own issuer only.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use sequence_auth::{
    AuthErrorKind as Kind, EmailPolicy, MemoryStore, NonceKey, Nonces, SequenceAuthLayer,
    testing::TokenBuilder,
};

use crate::{
    login::{self, nonces, with_cookie},
    support::{ISSUER, PROJECT, bearer, in_twelve_hours},
    two_issuers::{
        OMS_ISSUER, OMS_PROJECT, assert_accepted, assert_refused, joined, layers, tokens,
    },
};

const MINUTE: Duration = Duration::from_secs(60);

fn seconds_ago(seconds: u64) -> SystemTime {
    SystemTime::now() - Duration::from_secs(seconds)
}

#[tokio::test]
async fn email_policy_stays_with_its_issuer() {
    let [embedded, oms] = layers();
    let [guest, oms_guest] = tokens().map(TokenBuilder::guest);
    let lenient = embedded.clone().email_policy(EmailPolicy::Optional);
    let both = joined(&[lenient, oms.clone()]);
    assert_accepted(&both, &guest).await;
    assert_refused(&both, &oms_guest, Kind::MissingEmail).await;
    let both = joined(&[embedded, oms.email_policy(EmailPolicy::Optional)]);
    assert_refused(&both, &guest, Kind::MissingEmail).await;
    assert_accepted(&both, &oms_guest).await;
}

#[tokio::test]
async fn projects_stay_with_their_issuer() {
    let [embedded, oms] = layers();
    let both = joined(&[embedded.also_project(7), oms.also_project("prj_02")]);
    let [token, oms_token] = tokens();
    for accepted in [token.clone(), token.clone().project(7)] {
        assert_accepted(&both, &accepted).await;
    }
    for accepted in [oms_token.clone(), oms_token.clone().project("prj_02")] {
        assert_accepted(&both, &accepted).await;
    }
    let prefixed = |project: &str| format!("https://sequence.test/project/{project}");
    for other in ["8", OMS_PROJECT, "prj_02"] {
        for audience in [prefixed(other), other.to_owned()] {
            let token = token.clone().claim("aud", audience);
            assert_refused(&both, &token, Kind::InvalidAudience).await;
        }
    }
    for other in ["prj_03", "7", &PROJECT.to_string()] {
        for audience in [prefixed(other), other.to_owned()] {
            let token = oms_token.clone().claim("aud", audience);
            assert_refused(&both, &token, Kind::InvalidAudience).await;
        }
    }
}

#[tokio::test]
async fn leeway_stays_with_its_issuer() {
    // Valid for ten minutes, and expired for two.
    let [over, oms_over] = tokens().map(|token| token.issued_at(seconds_ago(720)));
    for (leeways, accepted, refused) in [([300, 0], &over, &oms_over), ([0, 300], &oms_over, &over)]
    {
        let [leeway, oms_leeway] = leeways.map(Duration::from_secs);
        let both = joined(&[
            ISSUER.builder(PROJECT).leeway(leeway).build().unwrap(),
            OMS_ISSUER
                .builder(OMS_PROJECT)
                .leeway(oms_leeway)
                .build()
                .unwrap(),
        ]);
        assert_accepted(&both, accepted).await;
        assert_refused(&both, refused, Kind::Expired).await;
    }
}

#[tokio::test]
async fn max_token_lifetime_stays_with_its_issuer() {
    let [embedded, oms] = layers();
    let [long, oms_long] = tokens().map(|token| token.claim("exp", in_twelve_hours()));
    let strict = ISSUER.builder(PROJECT).max_token_lifetime(60 * MINUTE);
    let both = joined(&[strict.build().unwrap(), oms]);
    assert_refused(&both, &long, Kind::LifetimeTooLong).await;
    assert_accepted(&both, &oms_long).await;
    let strict = OMS_ISSUER.builder(OMS_PROJECT);
    let strict = strict.max_token_lifetime(60 * MINUTE).build().unwrap();
    let both = joined(&[embedded, strict]);
    assert_accepted(&both, &long).await;
    assert_refused(&both, &oms_long, Kind::LifetimeTooLong).await;
}

#[tokio::test]
async fn ages_stay_with_their_issuer() {
    let old = tokens().map(|token| {
        let signed_in = seconds_ago(360).duration_since(SystemTime::UNIX_EPOCH);
        let token = token.issued_at(seconds_ago(300));
        token.claim("auth_time", signed_in.unwrap().as_secs())
    });
    type Ask = fn(SequenceAuthLayer) -> SequenceAuthLayer;
    let asks: [(Ask, Kind); 2] = [
        (|layer| layer.max_token_age(MINUTE), Kind::TokenTooOld),
        (|layer| layer.max_session_age(MINUTE), Kind::SessionTooOld),
    ];
    for (ask, kind) in asks {
        let [embedded, oms] = layers();
        let both = joined(&[ask(embedded.clone()), oms.clone()]);
        assert_refused(&both, &old[0], kind).await;
        assert_accepted(&both, &tokens()[0]).await;
        assert_accepted(&both, &old[1]).await;
        let both = joined(&[embedded, ask(oms)]);
        assert_accepted(&both, &old[0]).await;
        assert_refused(&both, &tokens()[1], Kind::UntrustedTimes).await;
    }
}

/// The leeway is one of these settings.
#[tokio::test]
async fn leeway_of_an_age_stays_with_its_issuer() {
    let token = tokens()[0].clone().issued_at(seconds_ago(120));
    for (leeways, is_refused) in [([0, 300], true), ([300, 0], false)] {
        let [leeway, oms_leeway] = leeways.map(Duration::from_secs);
        let embedded = ISSUER.builder(PROJECT).leeway(leeway).build().unwrap();
        let oms = OMS_ISSUER.builder(OMS_PROJECT).leeway(oms_leeway);
        let both = joined(&[embedded.max_token_age(MINUTE), oms.build().unwrap()]);
        if is_refused {
            assert_refused(&both, &token, Kind::TokenTooOld).await;
        } else {
            assert_accepted(&both, &token).await;
        }
    }
}

#[tokio::test]
async fn predicate_is_asked_about_its_own_issuers_tokens() {
    for asking in [0, 1] {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let [in_line, later] = [Arc::clone(&asked), Arc::clone(&asked)];
        let mut layers = layers();
        layers[asking] = layers[asking]
            .clone()
            .authorize(move |claims| {
                in_line.lock().unwrap().push(claims.issuer().to_owned());
                claims.email() != Some("no@example.com")
            })
            .authorize_async(move |claims| {
                later.lock().unwrap().push(claims.issuer().to_owned());
                async move { claims.email() != Some("never@example.com") }
            });
        let both = joined(&layers);
        for email in ["no@example.com", "never@example.com"] {
            let banned = tokens().map(|token| token.email(email));
            assert_refused(&both, &banned[asking], Kind::NotAuthorized).await;
            assert_accepted(&both, &banned[1 - asking]).await;
        }
        let own = [ISSUER.url(), OMS_ISSUER.url()][asking];
        let asked = asked.lock().unwrap();
        // In a header and in a body, with two layers, first in a row and then joined.
        assert_eq!(asked.len(), 2 * 2 * (1 + 2));
        assert!(asked.iter().all(|issuer| issuer == own), "{asked:?}");
    }
}

#[tokio::test]
async fn nonces_stay_with_their_issuer() {
    let nonces = nonces();
    let bound = Nonces::builder(NonceKey::random()).bound_by_cookie("login");
    let bound = bound.build().unwrap();
    let [embedded, oms] = layers();
    let both = joined(&[
        embedded.with_nonces(nonces.clone()),
        oms.with_nonces(bound.clone()),
    ]);
    let [token, oms_token] = tokens();
    for layer in &both {
        let mint = |nonce: &str| token.clone().nonce(nonce).mint();
        let mint_oms = |nonce: &str| oms_token.clone().nonce(nonce).mint();
        for foreign in [bound.issue(), bound.issue_for("mine")] {
            let request = with_cookie(&mint(&foreign), "login=mine");
            login::assert_refused(layer, request, Kind::ForeignNonce).await;
        }
        for foreign in [nonces.issue(), nonces.issue_for("mine")] {
            let request = with_cookie(&mint_oms(&foreign), "login=mine");
            login::assert_refused(layer, request, Kind::ForeignNonce).await;
        }
        let good = mint(&nonces.issue());
        login::assert_accepted(layer, bearer(&good)).await;
        login::assert_refused(layer, bearer(&good), Kind::UsedNonce).await;
        let good = mint_oms(&bound.issue_for("mine"));
        login::assert_refused(layer, bearer(&good), Kind::MissingBinding).await;
        let request = with_cookie(&good, "login=yours");
        login::assert_refused(layer, request, Kind::OtherBinding).await;
        login::assert_accepted(layer, with_cookie(&good, "login=mine")).await;
        let request = with_cookie(&good, "login=mine");
        login::assert_refused(layer, request, Kind::UsedNonce).await;
    }
}

#[tokio::test]
async fn nonces_of_one_issuer_are_not_asked_of_the_other() {
    let [embedded, oms] = layers();
    let [token, oms_token] = tokens();
    let both = joined(&[embedded.clone().with_nonces(nonces()), oms.clone()]);
    assert_refused(&both, &token, Kind::MissingNonce).await;
    assert_accepted(&both, &oms_token).await;
    let both = joined(&[embedded, oms.with_nonces(nonces())]);
    assert_accepted(&both, &token).await;
    assert_refused(&both, &oms_token, Kind::MissingNonce).await;
}

/// A nonce that was used at one issuer is not used at the other, even if both use the same key.
#[tokio::test]
async fn stores_of_nonces_stay_apart() {
    let key = NonceKey::random();
    let builder = || Nonces::builder(key.clone()).scope("both");
    let [nonces, oms_nonces] = [(); 2].map(|()| builder().build().unwrap());
    let [embedded, oms] = layers();
    let both = joined(&[
        embedded.with_nonces(nonces.clone()),
        oms.with_nonces(oms_nonces),
    ]);
    for layer in &both {
        let nonce = nonces.issue();
        for token in tokens().map(|token| token.nonce(&nonce).mint()) {
            login::assert_accepted(layer, bearer(&token)).await;
            login::assert_refused(layer, bearer(&token), Kind::UsedNonce).await;
        }
    }
}

#[tokio::test]
async fn once_stays_with_its_issuer() {
    let [embedded, oms] = layers();
    let store = Arc::new(MemoryStore::default());
    let both = joined(&[embedded.clone().once(Arc::clone(&store)), oms.clone()]);
    let [token, oms_token] = tokens();
    for (number, layer) in both.iter().enumerate() {
        let token = token.clone().claim("number", number).mint();
        login::assert_accepted(layer, bearer(&token)).await;
        login::assert_refused(layer, bearer(&token), Kind::UsedToken).await;
    }
    assert_accepted(&both, &oms_token).await;
    assert_accepted(&both, &oms_token.clone().issued_at(SystemTime::now())).await;
    assert_eq!(store.len(), both.len());
    let store = Arc::new(MemoryStore::default());
    let both = joined(&[embedded, oms.once(Arc::clone(&store))]);
    assert_refused(&both, &oms_token, Kind::UntrustedTimes).await;
    assert_accepted(&both, &token).await;
    assert_eq!(store.len(), 0);
}
