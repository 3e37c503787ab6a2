//! Two issuers in a layer are independent: an outage, a rotation or a flood of one does not affect the other.

mod health;
mod outage;
mod refetch;
mod tasks;

use std::time::Duration;

use tokio::time::Instant;

use super::assert_accepted;
use crate::two_issuers::Endpoints;

/// Asserts that a token is accepted without any waiting, measured in paused time.
async fn assert_accepted_at_once(endpoints: &Endpoints, token: &str) {
    let start = Instant::now();
    assert_accepted(&endpoints.layer, token).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}
