//! Which of the holders of a key accept a nonce.

/// The store for which a nonce is signed: where its use is recorded.
#[derive(Clone)]
pub(super) enum Scope {
    /// A store that all holders of the key share.
    Shared,
    /// A store in the memory of one process, by its random id.
    Process([u8; 16]),
    /// A name that the application gives.
    Named(String),
}

impl Scope {
    pub(super) fn of_store(scope: Option<[u8; 16]>) -> Self {
        scope.map_or(Self::Shared, Self::Process)
    }

    /// Returns the parts of a message that no other scope has: the kind of scope, and its name.
    pub(super) fn as_bytes(&self) -> (&'static [u8], &[u8]) {
        match self {
            Self::Shared => (b"sequence-auth 1 nonce for all\0", &[]),
            Self::Process(scope) => (b"sequence-auth 1 nonce for a process\0", scope),
            Self::Named(scope) => (b"sequence-auth 1 nonce for a name\0", scope.as_bytes()),
        }
    }
}
