//! Limits of `tower_governor` on the login route: by address outside the layer, and by wallet behind it.

use std::time::Duration;

use axum::{Router, http::Request, routing::MethodRouter};
use sequence_auth::{Address, Nonces, SequenceAuthLayer, SequenceClaims};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};

/// Counts requests by the wallet that the layer has verified.
#[derive(Clone)]
pub struct ByWallet;

impl KeyExtractor for ByWallet {
    type Key = Address;

    fn name(&self) -> &'static str {
        "wallet"
    }

    fn extract<B>(&self, request: &Request<B>) -> Result<Address, GovernorError> {
        let claims = request.extensions().get::<SequenceClaims>();
        let claims = claims.ok_or(GovernorError::UnableToExtractKey)?;
        Ok(claims.wallet())
    }
}

/// Puts both limits around the login route. A router's last layer is its outermost one.
pub fn login(auth: SequenceAuthLayer, nonces: Nonces, login: MethodRouter) -> Router {
    let mut by_address = GovernorConfigBuilder::default();
    let ten_a_second = Duration::from_millis(100);
    by_address.period(ten_a_second).burst_size(20);
    let mut by_wallet = GovernorConfigBuilder::default().key_extractor(ByWallet);
    let one_a_minute = Duration::from_secs(60);
    by_wallet.period(one_a_minute).burst_size(5);
    Router::new()
        .route("/login", login)
        .layer(auth.clone().with_nonces(nonces))
        .layer(GovernorLayer::new(
            by_wallet.finish().expect("neither is zero"),
        ))
        .layer(auth)
        .layer(GovernorLayer::new(
            by_address.finish().expect("neither is zero"),
        ))
}
