//! Who accepts a nonce beyond those who have its key.

/// What a nonce is sealed for: the memory in which its use is looked up.
#[derive(Clone)]
pub(super) enum Scope {
    /// A store that all ask who have the key.
    Shared,
    /// A store in the memory of one process, by what tells it from others.
    Process([u8; 16]),
    /// Those whom the application gives this name.
    Named(String),
}

impl Scope {
    pub(super) fn of_store(scope: Option<[u8; 16]>) -> Self {
        scope.map_or(Self::Shared, Self::Process)
    }

    /// Returns what no other scope returns.
    pub(super) fn as_bytes(&self) -> (&'static [u8], &[u8]) {
        match self {
            Self::Shared => (b"sequence-auth 1 nonce for all\0", &[]),
            Self::Process(scope) => (b"sequence-auth 1 nonce for a process\0", scope),
            Self::Named(scope) => (b"sequence-auth 1 nonce for a name\0", scope.as_bytes()),
        }
    }
}
