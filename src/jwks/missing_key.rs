//! What a token needs and the published keys lack.

/// What has to be fetched before a token can be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any keys that can be trusted.
    AnyKeys,
    /// The key that the token names.
    NamedKey,
}

/// What a token needs, the id of its key, and in which publication that key was looked up.
#[derive(Clone, Debug)]
pub(crate) struct MissingKey {
    need: Need,
    key_id: String,
    publication: u64,
}

impl MissingKey {
    pub(super) fn new(need: Need, key_id: String, publication: u64) -> Self {
        Self {
            need,
            key_id,
            publication,
        }
    }

    /// Returns what has to be fetched.
    pub(crate) fn need(&self) -> Need {
        self.need
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(super) fn publication(&self) -> u64 {
        self.publication
    }
}
