//! An issuer of OMS Wallet, alone in a layer.

use std::sync::LazyLock;

use sequence_auth::{
    AuthErrorKind as Kind, SequenceAuthLayer, SequenceClaims,
    testing::{LocalIssuer, TokenBuilder},
};

use crate::support::{bearer, send};

pub(crate) const PROJECT: &str = "prj_01hx";

/// An issuer for tests that do not touch its keys.
pub(crate) static ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::oms_wallet);

pub(crate) fn layer() -> SequenceAuthLayer {
    ISSUER.layer(PROJECT)
}

/// A good token for the project of the layer.
pub(crate) fn token() -> TokenBuilder {
    ISSUER.token().project(PROJECT)
}

/// A token with this exact payload, signed by the right key.
pub(crate) fn with_payload(payload: &str) -> String {
    let header = serde_json::json!({"alg": "ES256", "kid": ISSUER.key_id(), "typ": "JWT"});
    ISSUER.sign(header.to_string(), payload)
}

pub(crate) async fn accepted(token: TokenBuilder) -> SequenceClaims {
    send(&layer(), bearer(&token.mint())).await.claims().clone()
}

#[track_caller]
pub(crate) fn assert_refused(token: TokenBuilder, kind: Kind) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let answer = send(&layer(), bearer(&token.mint())).await;
        assert_eq!(answer.kind(), Some(kind), "at {caller}");
        answer.assert_refused(kind);
    }
}
