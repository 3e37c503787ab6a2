//! What the operator is told of refusals.

use tracing::debug;

use crate::error::AuthError;

pub(crate) fn request_refused(error: &AuthError) {
    debug!(kind = ?error.kind(), status = error.status().as_u16(), "request refused: {error}");
}

/// Reports the refusal of a token that came without a request.
pub(crate) fn token_refused(error: &AuthError) {
    debug!(kind = ?error.kind(), "token refused: {error}");
}
