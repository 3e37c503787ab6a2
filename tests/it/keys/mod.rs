//! The life of the keys: an issuer inside the process, and tokio's paused time.

mod events;
mod flood;
mod outage;
mod random;
mod rotation;
mod shutdown;
mod start;
#[cfg(unix)]
mod stopped;
mod task;

use std::time::Duration;

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};

pub(crate) use test_support::key_endpoint as endpoint;

use crate::support::{bearer, send};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

async fn assert_accepted(layer: &SequenceAuthLayer, token: &str) {
    send(layer, bearer(token)).await.claims();
}

async fn assert_refused(layer: &SequenceAuthLayer, token: &str, kind: Kind) {
    send(layer, bearer(token)).await.assert_refused(kind);
}

async fn assert_unavailable(layer: &SequenceAuthLayer, token: &str) {
    let answer = send(layer, bearer(token)).await;
    answer.assert_refused(Kind::KeysUnavailable);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let seconds: u64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}
