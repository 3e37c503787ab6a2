//! The two issuers: their keys from rotation to rotation, and good tokens of the simulated time.

use std::{
    sync::{Mutex, MutexGuard},
    time::Instant,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::testing::{LocalIssuer, TokenBuilder};
use serde_json::{Value, json};

use crate::{
    key_endpoint::KeyEndpoint,
    world::{Kind, World},
};

/// A token with what the model has to know of it.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) issuer: Kind,
    /// Which of the issuer's keys signed it: their number.
    pub(crate) key: usize,
    pub(crate) issued_at: u64,
    pub(crate) expires_at: u64,
    pub(crate) minted: Instant,
}

pub(crate) struct Issuer {
    kind: Kind,
    pub(crate) endpoint: KeyEndpoint,
    keys: Mutex<Keys>,
    thief: LocalIssuer,
}

struct Keys {
    current: LocalIssuer,
    /// The number of the current key.
    number: usize,
    /// When the keys with the first numbers were withdrawn.
    withdrawn_at: Vec<Instant>,
}

impl Keys {
    /// Withdraws all keys before the current one.
    fn withdraw_earlier(&mut self) {
        self.withdrawn_at.resize(self.number, Instant::now());
    }
}

impl Issuer {
    pub(crate) async fn start(kind: Kind) -> Self {
        let current = new_issuer(kind);
        Self {
            kind,
            endpoint: KeyEndpoint::start(current.jwks()).await,
            keys: Mutex::new(Keys {
                current,
                number: 0,
                withdrawn_at: Vec::new(),
            }),
            thief: new_issuer(kind),
        }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap()
    }

    /// Returns whether the key of a token was withdrawn before a moment.
    pub(crate) fn was_withdrawn(&self, token: &Token, before: Instant) -> bool {
        let keys = self.keys();
        let withdrawn_at = keys.withdrawn_at.get(token.key);
        withdrawn_at.is_some_and(|at| *at < before)
    }

    /// Signs a token that is issued now.
    pub(crate) fn token(&self, world: &World) -> Token {
        self.token_with(world, |token| token)
    }

    pub(crate) fn token_with(
        &self,
        world: &World,
        change: impl FnOnce(TokenBuilder) -> TokenBuilder,
    ) -> Token {
        let minted = Instant::now();
        // Until it is signed, so that the key is the one with this number.
        let keys = self.keys();
        let token = keys.current.token().issued_at(world.wall());
        // Two tokens of one player and one second would be the same.
        let token = token.claim("session", fastrand::u64(..));
        let text = change(token).mint();
        let claims = claims(&text);
        Token {
            issuer: self.kind,
            key: keys.number,
            issued_at: claims["iat"].as_u64().unwrap(),
            expires_at: claims["exp"].as_u64().unwrap(),
            minted,
            text,
        }
    }

    /// Signs a token with a key of its own, under the ID of the current key.
    pub(crate) fn token_of_a_thief(&self, world: &World) -> Token {
        let mut token = self.token(world);
        let thief = self.thief.token().issued_at(world.wall());
        token.text = thief.header("kid", self.keys().current.key_id()).mint();
        token
    }

    /// Replaces the key at once, as the issuer does.
    pub(crate) fn rotate(&self) {
        let next = new_issuer(self.kind);
        let mut keys = self.keys();
        keys.number += 1;
        keys.withdraw_earlier();
        self.endpoint.publish(next.jwks());
        keys.current = next;
    }

    /// Replaces the key under its ID.
    pub(crate) fn rotate_under_same_id(&self) {
        let mut keys = self.keys();
        keys.current.rotate_under_same_id();
        keys.number += 1;
        keys.withdraw_earlier();
        self.endpoint.publish(keys.current.jwks());
    }

    /// Publishes a new key beside the old one, and signs with the new one.
    pub(crate) fn rotate_with_overlap(&self) {
        let next = new_issuer(self.kind);
        let mut keys = self.keys();
        let published = [keys.current.jwks(), next.jwks()].map(|document| key(&document));
        self.endpoint
            .publish(json!({ "keys": published }).to_string());
        keys.number += 1;
        keys.current = next;
    }

    /// Withdraws all keys but the current one.
    pub(crate) fn withdraw(&self) {
        let mut keys = self.keys();
        keys.withdraw_earlier();
        self.endpoint.publish(keys.current.jwks());
    }
}

fn new_issuer(kind: Kind) -> LocalIssuer {
    match kind {
        Kind::Embedded => LocalIssuer::new(),
        Kind::Oms => LocalIssuer::oms_wallet(),
    }
}

/// The only key of a document.
fn key(document: &str) -> Value {
    serde_json::from_str::<Value>(document).unwrap()["keys"][0].take()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
