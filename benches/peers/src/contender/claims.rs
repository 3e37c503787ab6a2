//! What the guide wants of a token's claims, for those who let their user say it.

use serde::Deserialize;

/// A token without an email is refused, because it cannot be read as this.
#[derive(Clone, Debug, Deserialize)]
#[expect(dead_code, reason = "handlers read them")]
pub(super) struct Player {
    sub: String,
    email: String,
}
