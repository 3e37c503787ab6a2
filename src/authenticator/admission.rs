//! As whom a request passes.

use http::Extensions;

use crate::claims::{Anonymous, SequenceClaims};

pub(crate) enum Admission {
    Verified(SequenceClaims),
    Anonymous,
}

impl Admission {
    /// Removes what somebody outside this layer may have left in the extensions.
    pub(crate) fn strip(extensions: &mut Extensions) {
        extensions.remove::<SequenceClaims>();
        extensions.remove::<Anonymous>();
    }

    /// Puts into the extensions as whom the request passes.
    pub(super) fn insert(self, extensions: &mut Extensions) {
        match self {
            Self::Verified(claims) => extensions.insert(claims).map(drop),
            Self::Anonymous => extensions.insert(Anonymous).map(drop),
        };
    }
}
