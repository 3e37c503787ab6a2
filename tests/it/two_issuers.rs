//! An issuer of each kind, and layers that trust both.

use std::sync::LazyLock;

use sequence_auth::{
    AuthErrorKind as Kind, SequenceAuthLayer,
    testing::{LocalIssuer, TokenBuilder},
};

use crate::{
    key_endpoint::{Endpoint, Mode},
    support::{ISSUER, PROJECT, bearer, layer, send, with_field},
};

pub(crate) use crate::key_endpoint::OMS_PROJECT;

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

/// An endpoint of each kind, one of which fails, and a layer that trusts both.
pub(crate) struct Endpoints {
    pub(crate) failing: Endpoint,
    pub(crate) healthy: Endpoint,
    pub(crate) layer: SequenceAuthLayer,
}

impl Endpoints {
    /// Each of the kinds as the failing endpoint. All tests share their keys.
    pub(crate) fn all(failing: Mode) -> [Self; 2] {
        Self::with_layers(failing, Endpoint::layer)
    }

    pub(crate) fn with_layers(
        failing: Mode,
        layer: impl Fn(&Endpoint) -> SequenceAuthLayer,
    ) -> [Self; 2] {
        let embedded = |mode| Endpoint::of_embedded_wallet(ISSUER.clone(), mode);
        let oms = |mode| Endpoint::of_oms_wallet(OMS_ISSUER.clone(), mode);
        [
            Self::new([embedded(failing), oms(Mode::Good)], &layer),
            Self::new([oms(failing), embedded(Mode::Good)], &layer),
        ]
    }

    /// The same with keys of their own, which may be replaced.
    pub(crate) fn with_own_keys() -> [Self; 2] {
        let embedded = || Endpoint::new(Mode::Good);
        let oms = || Endpoint::of_oms_wallet(LocalIssuer::oms_wallet(), Mode::Good);
        [
            Self::new([embedded(), oms()], Endpoint::layer),
            Self::new([oms(), embedded()], Endpoint::layer),
        ]
    }

    fn new(
        [failing, healthy]: [Endpoint; 2],
        layer: impl Fn(&Endpoint) -> SequenceAuthLayer,
    ) -> Self {
        let layer = layer(&failing).or(layer(&healthy)).unwrap();
        Self {
            failing,
            healthy,
            layer,
        }
    }
}
