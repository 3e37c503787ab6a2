//! The claims of tokens with a good signature.

mod issuer_and_audience;
mod oms_wallet;
mod player;
mod sequence_claims;
mod times;

use std::time::SystemTime;

use sequence_auth::{AuthErrorKind as Kind, SequenceClaims, testing::TokenBuilder};

use crate::support::{bearer, layer, send};

pub(crate) fn seconds_from_now(seconds: i64) -> i64 {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

async fn accepted(token: TokenBuilder) -> SequenceClaims {
    send(&layer(), bearer(&token.mint())).await.claims().clone()
}

async fn assert_refused(token: TokenBuilder, kind: Kind) {
    let answer = send(&layer(), bearer(&token.mint())).await;
    answer.assert_refused(kind);
}
