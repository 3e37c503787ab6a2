//! The scope of a nonce: which of the instances that have its key accept it.

/// The store that a nonce is signed for, which records its use.
#[derive(Clone)]
pub(super) enum Scope {
    /// A store that all instances with the key share.
    Shared,
    /// A store in the memory of one process, by its random ID.
    Process([u8; 16]),
    /// A name that the application sets.
    Named(String),
}

impl Scope {
    pub(super) fn of_store(scope: Option<[u8; 16]>) -> Self {
        scope.map_or(Self::Shared, Self::Process)
    }

    /// Returns the parts of a signed message that are unique to this scope: the kind of scope, and its name.
    pub(super) fn as_bytes(&self) -> (&'static [u8], &[u8]) {
        match self {
            Self::Shared => (b"sequence-auth 1 nonce for all\0", &[]),
            Self::Process(scope) => (b"sequence-auth 1 nonce for a process\0", scope),
            Self::Named(scope) => (b"sequence-auth 1 nonce for a name\0", scope.as_bytes()),
        }
    }
}
