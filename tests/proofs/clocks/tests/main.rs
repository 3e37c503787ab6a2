//! The layer in processes whose wall clock is set meanwhile, with the help of libfaketime.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod application;
mod clock;
mod memory_store;

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use test_support::{bearer, send};

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
    send(layer, bearer(token))
        .await
        .assert_refused(Kind::KeysUnavailable);
}
