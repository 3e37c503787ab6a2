//! An issuer of each kind, and layers that trust both.

use std::sync::LazyLock;

use sequence_auth::{
    AuthErrorKind as Kind, SequenceAuthLayer,
    testing::{LocalIssuer, TokenBuilder},
};

use crate::support::{ISSUER, PROJECT, bearer, layer, send, with_field};

pub(crate) const OMS_PROJECT: &str = "prj_01";

/// The issuer of OMS Wallet beside [`ISSUER`], for tests that do not touch its keys.
pub(crate) static OMS_ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::oms_wallet);

/// A layer for each issuer, with every default.
pub(crate) fn layers() -> [SequenceAuthLayer; 2] {
    [layer(), OMS_ISSUER.layer(OMS_PROJECT)]
}

/// A token of each issuer, in the order of [`layers`].
pub(crate) fn tokens() -> [TokenBuilder; 2] {
    [
        ISSUER.token().project(PROJECT),
        OMS_ISSUER.token().project(OMS_PROJECT),
    ]
}

/// Joins two layers, either to the other.
pub(crate) fn joined([one, other]: &[SequenceAuthLayer; 2]) -> [SequenceAuthLayer; 2] {
    [
        one.clone().or(other.clone()).unwrap(),
        other.clone().or(one.clone()).unwrap(),
    ]
}

/// Sees that each of these layers accepts a token, in a header and in a body.
pub(crate) async fn assert_accepted(layers: &[SequenceAuthLayer], token: &TokenBuilder) {
    for layer in layers {
        let token = token.mint();
        for request in [bearer(&token), with_field(&token)] {
            send(layer, request).await.claims();
        }
    }
}

/// Sees that each of these layers refuses a token, in a header and in a body.
pub(crate) async fn assert_refused(layers: &[SequenceAuthLayer], token: &TokenBuilder, kind: Kind) {
    for layer in layers {
        let token = token.mint();
        for request in [bearer(&token), with_field(&token)] {
            send(layer, request).await.assert_refused(kind);
        }
    }
}
