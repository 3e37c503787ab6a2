//! An issuer of OMS Wallet, alone in a layer.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
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

/// The order of the group of P-256 (SEC 2 §2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The same token with its other valid signature: anybody can replace `s` by `n - s`.
pub(crate) fn twin(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut borrow = false;
    for (digit, of_order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let (difference, is_less) = of_order.overflowing_sub(*digit);
        let (difference, is_less_by_one) = difference.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (difference, is_less || is_less_by_one);
    }
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
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
