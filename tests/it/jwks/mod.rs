//! The life of the keys, with an issuer in the process and tokio's paused time.

mod first_keys;
mod flood;
mod outage;
mod properties;
mod published_keys;
mod refresher;
mod rotation;
mod runtimes;
mod settings;
mod several_issuers;
mod shutdown;
#[cfg(unix)]
mod stopped_process;

use std::time::Duration;

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};

use crate::support::{bearer, send};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn assert_accepted(layer: &SequenceAuthLayer, token: &str) {
    send(layer, bearer(token)).await.claims();
}

pub(crate) async fn assert_refused(layer: &SequenceAuthLayer, token: &str, kind: Kind) {
    send(layer, bearer(token)).await.assert_refused(kind);
}

pub(crate) async fn assert_unavailable(layer: &SequenceAuthLayer, token: &str) {
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
