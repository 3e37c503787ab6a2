//! The result of an accepted request: a player, or an anonymous client.

use http::Extensions;

use crate::claims::{Anonymous, SequenceClaims};

pub(crate) enum Admission {
    Verified {
        claims: SequenceClaims,
        /// The application's data of the player.
        loaded: Extensions,
    },
    Anonymous,
}

impl Admission {
    /// Creates the result for a token without loaded values.
    pub(super) fn of(claims: SequenceClaims) -> Self {
        Self::Verified {
            claims,
            loaded: Extensions::new(),
        }
    }

    /// Removes the claims or the anonymous mark that another layer may have left in the extensions.
    pub(super) fn strip(extensions: &mut Extensions) {
        extensions.remove::<SequenceClaims>();
        extensions.remove::<Anonymous>();
    }

    /// Inserts the claims and the loaded values, or the anonymous mark, into the extensions.
    pub(super) fn insert(self, extensions: &mut Extensions) {
        match self {
            Self::Verified { claims, loaded } => {
                extensions.extend(loaded);
                extensions.insert(claims);
            }
            Self::Anonymous => {
                extensions.insert(Anonymous);
            }
        }
    }
}
