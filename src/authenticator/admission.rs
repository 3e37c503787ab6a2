//! As whom a request passes.

use http::Extensions;

use crate::claims::{Anonymous, SequenceClaims};

pub(crate) enum Admission {
    Verified {
        claims: SequenceClaims,
        /// What the application keeps of the player.
        loaded: Extensions,
    },
    Anonymous,
}

impl Admission {
    /// Admits a token for which nothing is loaded.
    pub(super) fn of(claims: SequenceClaims) -> Self {
        Self::Verified {
            claims,
            loaded: Extensions::new(),
        }
    }

    /// Removes what somebody outside this layer may have left in the extensions.
    pub(super) fn strip(extensions: &mut Extensions) {
        extensions.remove::<SequenceClaims>();
        extensions.remove::<Anonymous>();
    }

    /// Puts into the extensions as whom the request passes.
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
