//! `load` fetches the application's data of a player for each request, and the inner service receives it.

mod order;
mod outcomes;
mod planted;
mod several_issuers;

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::Request;
use sequence_auth::{SequenceAuthLayer, SequenceClaims};
use tokio::time::sleep;

use crate::support::{Answer, ISSUER, Script, bearer, send};

/// The application's data of a player.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Player(pub(crate) String);

/// The response of a store of players.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Knows,
    KnowsNobody,
    Fails(&'static str),
    Slow(Duration),
    Hangs,
}

/// A store of players that counts its calls.
#[derive(Clone)]
pub(crate) struct Players {
    mode: Arc<Mutex<Mode>>,
    asked: Arc<AtomicUsize>,
}

impl Players {
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            mode: Arc::new(Mutex::new(mode)),
            asked: Arc::default(),
        }
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Returns the layer with this store.
    pub(crate) fn behind(&self, layer: SequenceAuthLayer) -> SequenceAuthLayer {
        let players = self.clone();
        layer.load(move |claims| players.clone().find(claims))
    }

    async fn find(self, claims: SequenceClaims) -> Result<Option<Player>, &'static str> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mode = *self.mode.lock().unwrap();
        match mode {
            Mode::Knows => (),
            Mode::KnowsNobody => return Ok(None),
            Mode::Fails(problem) => return Err(problem),
            Mode::Slow(time) => sleep(time).await,
            Mode::Hangs => pending().await,
        }
        let email = claims.email().unwrap_or_default();
        Ok(Some(Player(email.to_owned())))
    }
}

pub(crate) fn player() -> Player {
    Player("player@example.com".to_owned())
}

fn good() -> Request<Script> {
    bearer(&ISSUER.token().mint())
}

/// Checks the player that reaches the inner service.
#[track_caller]
fn assert_loaded(answer: &Answer, expected: Option<&Player>) {
    assert_eq!(answer.seen().extensions.get(), expected);
}

async fn assert_accepted(layer: &SequenceAuthLayer, request: Request<Script>) {
    let answer = send(layer, request).await;
    answer.claims();
    assert_loaded(&answer, Some(&player()));
}
