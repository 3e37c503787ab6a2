//! The claims of the guide, for libraries that let their user define the type.

use serde::Deserialize;

/// A token without an email is refused, because it cannot be read as this.
#[derive(Clone, Debug, Deserialize)]
#[expect(dead_code, reason = "handlers read them")]
pub(super) struct Player {
    sub: String,
    email: String,
}
