//! A nonce as it travels: what it says, sealed with a key.

use std::time::{Duration, SystemTime};

use aws_lc_rs::{
    digest::{self, SHA256},
    rand,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{key::NonceKey, scope::Scope};
use crate::one_time::OneTimeKey;

/// 128 random bits, then the time of issue and the lifetime, both in milliseconds.
const BODY_BYTES: usize = 16 + 6 + 4;
/// Each half is cut from a tag of its own (RFC 2104 §5), so that both fit into what the issuer takes.
const HALF_TAG_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

// What a tag is for stands first in what it is over, and none of these begins another one.
const UNBOUND: &[u8] = b"sequence-auth 1 nonce\0";
const BOUND: &[u8] = b"sequence-auth 1 bound nonce\0";
const BINDING: &[u8] = b"sequence-auth 1 binding\0";
const USED: &[u8] = b"sequence-auth 1 used nonce\0";

/// A nonce: a body, a tag over it, one over it and the scope, and if it is bound, one over it and the binding.
///
/// The first tag says that we made the nonce and when, the second one who may accept it, the third one from
/// whom. Scope and binding are nowhere but in what the tags are over. The first one is apart from the second, so
/// that a nonce of another scope can be told from one that somebody made up.
pub(super) struct SignedNonce {
    body: [u8; BODY_BYTES],
    tag: [u8; HALF_TAG_BYTES],
    scope_tag: [u8; HALF_TAG_BYTES],
    binding_tag: Option<[u8; TAG_BYTES]>,
}

impl SignedNonce {
    /// Makes a new nonce.
    pub(super) fn new(
        key: &NonceKey,
        scope: &Scope,
        binding: Option<&[u8]>,
        issued_at: SystemTime,
        lifetime: Duration,
    ) -> Self {
        let body = new_body(issued_at, lifetime);
        let (kind, scope) = scope.as_bytes();
        Self {
            tag: start(key.sign(&[purpose(binding.is_some()), &body])),
            scope_tag: start(key.sign(&[kind, &body, scope])),
            binding_tag: binding.map(|binding| start(key.sign(&[BINDING, &body, binding]))),
            body,
        }
    }

    /// Reads a nonce, which nobody has vouched for until its tag is checked. There is one text for each.
    pub(super) fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = BODY_BYTES + 2 * TAG_BYTES;
        let mut buffer = [0; MAX_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut buffer).ok()?;
        let (body, tags) = buffer[..length].split_first_chunk()?;
        let (tag, tags) = tags.split_first_chunk()?;
        let (scope_tag, binding_tag) = tags.split_first_chunk()?;
        let binding_tag = match binding_tag {
            [] => None,
            tag => Some(tag.try_into().ok()?),
        };
        Some(Self {
            body: *body,
            tag: *tag,
            scope_tag: *scope_tag,
            binding_tag,
        })
    }

    /// Returns `true` if this key made the nonce.
    pub(super) fn is_by(&self, key: &NonceKey) -> bool {
        key.verify(
            &[purpose(self.binding_tag.is_some()), &self.body],
            &self.tag,
        )
    }

    /// Returns `true` if the nonce, which this key made, is for this scope.
    pub(super) fn is_for(&self, key: &NonceKey, scope: &Scope) -> bool {
        let (kind, scope) = scope.as_bytes();
        key.verify(&[kind, &self.body, scope], &self.scope_tag)
    }

    /// Returns `true` if the nonce, which this key made, is bound to this, or to nothing.
    pub(super) fn is_bound_to(&self, key: &NonceKey, binding: Option<&[u8]>) -> bool {
        match (&self.binding_tag, binding) {
            (None, None) => true,
            (Some(tag), Some(binding)) => key.verify(&[BINDING, &self.body, binding], tag),
            _ => false,
        }
    }

    pub(super) fn issued_at(&self) -> SystemTime {
        let mut bytes = [0; 8];
        bytes[2..].copy_from_slice(&self.body[16..22]);
        SystemTime::UNIX_EPOCH + Duration::from_millis(u64::from_be_bytes(bytes))
    }

    pub(super) fn expires_at(&self) -> SystemTime {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&self.body[22..]);
        self.issued_at() + Duration::from_millis(u32::from_be_bytes(bytes).into())
    }

    /// Returns the name under which its use is remembered.
    pub(super) fn one_time_key(&self) -> OneTimeKey {
        let digest = digest::digest(&SHA256, &[USED, &self.body].concat());
        OneTimeKey::new(start(digest), self.issued_at())
    }

    /// Writes unpadded base64url: 78 characters, or 120 of a bound one. The issuer takes up to 128.
    pub(super) fn to_text(&self) -> String {
        let binding_tag = self.binding_tag.as_ref().map_or(&[][..], |tag| tag);
        URL_SAFE_NO_PAD.encode([&self.body, &self.tag[..], &self.scope_tag, binding_tag].concat())
    }
}

fn purpose(is_bound: bool) -> &'static [u8] {
    if is_bound { BOUND } else { UNBOUND }
}

fn new_body(issued_at: SystemTime, lifetime: Duration) -> [u8; BODY_BYTES] {
    let since_epoch = issued_at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    // Enough for 8,000 years.
    let issued_at = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
    // The builder's bound is a day.
    let lifetime = u32::try_from(lifetime.as_millis()).unwrap_or(u32::MAX);
    let mut body = [0; BODY_BYTES];
    rand::fill(&mut body[..16]).expect("the system has randomness");
    body[16..22].copy_from_slice(&issued_at.to_be_bytes()[2..]);
    body[22..].copy_from_slice(&lifetime.to_be_bytes());
    body
}

/// The output of SHA-256, with a key or without: all of it, or half.
fn start<const BYTES: usize>(output: impl AsRef<[u8]>) -> [u8; BYTES] {
    let start = output.as_ref().first_chunk();
    *start.expect("SHA-256 has 32 bytes")
}
