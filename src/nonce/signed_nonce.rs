//! A nonce as clients see it: a readable body, signed with a key.

use std::{
    ops::Range,
    time::{Duration, SystemTime},
};

use aws_lc_rs::{
    digest::{self, SHA256},
    rand,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{key::NonceKey, scope::Scope};
use crate::one_time::OneTimeKey;

/// The parts of a body: 128 random bits, then the time of issue and the lifetime, both in milliseconds.
const RANDOM: Range<usize> = 0..16;
const ISSUED_AT: Range<usize> = RANDOM.end..RANDOM.end + 6;
const LIFETIME: Range<usize> = ISSUED_AT.end..ISSUED_AT.end + size_of::<u32>();
const BODY_BYTES: usize = LIFETIME.end;
/// The number of leading bytes of a `u64` that the time of issue omits.
const ISSUED_AT_CUT: usize = size_of::<u64>() - (ISSUED_AT.end - ISSUED_AT.start);

/// A tag cut to half its length (RFC 2104 §5). Two half tags and a whole tag fit into the 128 characters that the
/// issuer accepts.
const HALF_TAG_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

// The first part of every message states the purpose of its tag. No purpose is a prefix of another.
const UNBOUND: &[u8] = b"sequence-auth 1 nonce\0";
const BOUND: &[u8] = b"sequence-auth 1 bound nonce\0";
const BINDING: &[u8] = b"sequence-auth 1 binding\0";
const USED: &[u8] = b"sequence-auth 1 used nonce\0";

/// A nonce: a body, and a tag over the body, a tag over body and scope, and, if it is bound, a tag over body and
/// binding.
///
/// The first tag proves that this application issued the nonce, and when. The second tag says for which store, the
/// third for which browser. The nonce contains neither the scope nor the binding. The first two tags are separate to
/// distinguish a nonce for another store from a forged nonce.
pub(super) struct SignedNonce {
    body: [u8; BODY_BYTES],
    tag: [u8; HALF_TAG_BYTES],
    scope_tag: [u8; HALF_TAG_BYTES],
    binding_tag: Option<[u8; TAG_BYTES]>,
}

impl SignedNonce {
    /// Creates a nonce.
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
            tag: start(key.tag(&[purpose(binding.is_some()), &body])),
            scope_tag: start(key.tag(&[kind, &body, scope])),
            binding_tag: binding.map(|binding| start(key.tag(&[BINDING, &body, binding]))),
            body,
        }
    }

    /// Parses a nonce without verifying it. Each nonce has exactly one text.
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

    /// Returns `true` if the nonce was signed with this key.
    pub(super) fn is_signed_by(&self, key: &NonceKey) -> bool {
        key.verify(
            &[purpose(self.binding_tag.is_some()), &self.body],
            &self.tag,
        )
    }

    /// Returns `true` if the nonce is for this scope. Call it with the key that signed the nonce.
    pub(super) fn is_for(&self, key: &NonceKey, scope: &Scope) -> bool {
        let (kind, scope) = scope.as_bytes();
        key.verify(&[kind, &self.body, scope], &self.scope_tag)
    }

    /// Returns `true` if the nonce has exactly this binding, or is unbound if `binding` is `None`. Call it with the key
    /// that signed the nonce.
    pub(super) fn is_bound_to(&self, key: &NonceKey, binding: Option<&[u8]>) -> bool {
        match (&self.binding_tag, binding) {
            (None, None) => true,
            (Some(tag), Some(binding)) => key.verify(&[BINDING, &self.body, binding], tag),
            _ => false,
        }
    }

    pub(super) fn issued_at(&self) -> SystemTime {
        let mut bytes = [0; 8];
        bytes[ISSUED_AT_CUT..].copy_from_slice(&self.body[ISSUED_AT]);
        SystemTime::UNIX_EPOCH + Duration::from_millis(u64::from_be_bytes(bytes))
    }

    pub(super) fn lifetime(&self) -> Duration {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&self.body[LIFETIME]);
        Duration::from_millis(u32::from_be_bytes(bytes).into())
    }

    pub(super) fn expires_at(&self) -> SystemTime {
        self.issued_at() + self.lifetime()
    }

    /// Returns an ID of 96 bits, unique to each nonce and in the order of issue: the time of issue, then the first
    /// random bits of the nonce.
    pub(super) fn id(&self) -> u128 {
        let mut bytes = [0; 16];
        bytes[4..10].copy_from_slice(&self.body[ISSUED_AT]);
        bytes[10..].copy_from_slice(&self.body[RANDOM][..6]);
        u128::from_be_bytes(bytes)
    }

    /// Returns the key under which the use of the nonce is recorded.
    pub(super) fn one_time_key(&self) -> OneTimeKey {
        let digest = digest::digest(&SHA256, &[USED, &self.body].concat());
        OneTimeKey::new(start(digest), self.issued_at())
    }

    /// Encodes the nonce as unpadded base64url: 78 characters, or 120 if it is bound. The issuer accepts up to 128.
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
    // 48 bits of milliseconds last for 8,000 years.
    let issued_at = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
    // The builder allows at most a day, which fits into 32 bits.
    let lifetime = u32::try_from(lifetime.as_millis()).unwrap_or(u32::MAX);
    let mut body = [0; BODY_BYTES];
    rand::fill(&mut body[RANDOM]).expect("the system has randomness");
    body[ISSUED_AT].copy_from_slice(&issued_at.to_be_bytes()[ISSUED_AT_CUT..]);
    body[LIFETIME].copy_from_slice(&lifetime.to_be_bytes());
    body
}

/// Returns the first bytes of an output of SHA-256 or HMAC-SHA-256.
fn start<const BYTES: usize>(output: impl AsRef<[u8]>) -> [u8; BYTES] {
    let start = output.as_ref().first_chunk();
    *start.expect("SHA-256 has 32 bytes")
}
