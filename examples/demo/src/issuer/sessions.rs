//! The players who are signed in.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::identity::Identity;

/// Anybody may open sessions, and clients rarely close them. Beyond this number, a new session replaces the oldest.
const MAX_SESSIONS: usize = 1024;

#[derive(Clone)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) identity: Identity,
    pub(super) created_at: SystemTime,
}

/// The open sessions, starting with the oldest. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<VecDeque<Session>>>);

impl Sessions {
    /// Opens a session, and replaces a session with the same id.
    pub(super) fn open(&self, session: Session) {
        self.close(&session.id);
        let mut sessions = self.lock();
        if sessions.len() >= MAX_SESSIONS {
            sessions.pop_front();
        }
        sessions.push_back(session);
    }

    pub(super) fn find(&self, id: &str) -> Option<Session> {
        self.lock().iter().find(|session| session.id == id).cloned()
    }

    pub(super) fn close(&self, id: &str) {
        self.lock().retain(|session| session.id != id);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
