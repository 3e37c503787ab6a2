//! The `TokenVerifier` of a layer for two issuers runs the checks of both without a request.

use sequence_auth::{
    AuthError, AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceClaims,
};

use crate::{
    login::nonces,
    two_issuers::{joined, layers, tokens},
};

fn kind(result: Result<SequenceClaims, AuthError>) -> Option<Kind> {
    result.err().map(|error| error.kind())
}

#[tokio::test]
async fn tokens_of_both_are_verified() {
    for layer in joined(&layers()) {
        let verifier = layer.verifier();
        for token in tokens() {
            assert_eq!(kind(verifier.verify(&token.mint()).await), None);
            for (token, refused) in [
                (token.clone().expired(), Kind::Expired),
                (token.clone().guest(), Kind::MissingEmail),
                (token.clone().header("kid", "other"), Kind::UnknownKey),
                (
                    token.clone().header("alg", "HS256"),
                    Kind::UnsupportedAlgorithm,
                ),
            ] {
                assert_eq!(kind(verifier.verify(&token.mint()).await), Some(refused));
            }
        }
        for malformed in ["", "x", "..", "x.y.z"] {
            let refused = kind(verifier.verify(malformed).await);
            assert_eq!(refused, Some(Kind::MalformedToken));
        }
    }
}

#[tokio::test]
async fn policies_of_each_apply() {
    let nonces = nonces();
    let [embedded, oms] = layers();
    let layers = [
        embedded.once(MemoryStore::default()),
        oms.with_nonces(nonces.clone()),
    ];
    for (number, layer) in joined(&layers).into_iter().enumerate() {
        let verifier = layer.verifier();
        let [token, oms_token] = tokens();
        let token = token.claim("number", number).mint();
        assert_eq!(kind(verifier.verify(&token).await), None);
        assert_eq!(kind(verifier.verify(&token).await), Some(Kind::UsedToken));
        let without = verifier.verify(&oms_token.mint()).await;
        assert_eq!(kind(without), Some(Kind::MissingNonce));
        let oms_token = oms_token.nonce(&nonces.issue()).mint();
        assert_eq!(kind(verifier.verify(&oms_token).await), None);
        let again = verifier.verify(&oms_token).await;
        assert_eq!(kind(again), Some(Kind::UsedNonce));
    }
}

#[tokio::test]
async fn binding_counts_for_the_issuer_with_nonces() {
    let bound = Nonces::builder(NonceKey::random()).bound_by_cookie("login");
    let bound = bound.build().unwrap();
    for with_nonces in [0, 1] {
        let mut layers = layers();
        layers[with_nonces] = layers[with_nonces].clone().with_nonces(bound.clone());
        for layer in joined(&layers) {
            let verifier = layer.verifier();
            let own = tokens()[with_nonces]
                .clone()
                .nonce(&bound.issue_for("mine"));
            let own = own.mint();
            assert_eq!(
                kind(verifier.verify(&own).await),
                Some(Kind::MissingBinding)
            );
            let other = verifier.verify_bound(&own, "yours").await;
            assert_eq!(kind(other), Some(Kind::OtherBinding));
            assert_eq!(kind(verifier.verify_bound(&own, "mine").await), None);
            let again = verifier.verify_bound(&own, "mine").await;
            assert_eq!(kind(again), Some(Kind::UsedNonce));
            // For the tokens of an issuer without nonces, a binding is refused.
            let plain = tokens()[1 - with_nonces].mint();
            assert_eq!(kind(verifier.verify(&plain).await), None);
            let bound_plain = verifier.verify_bound(&plain, "mine").await;
            assert_eq!(kind(bound_plain), Some(Kind::ForeignNonce));
        }
    }
}
