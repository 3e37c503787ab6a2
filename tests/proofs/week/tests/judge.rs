//! The model: which answers a request may get, by what is true between its sending and its answer.
//!
//! Each bound is an interval, because the model does not know when exactly an instance judged a token. A token that
//! may or may not have expired in between may pass or not.

use std::{fmt, ops::RangeInclusive, time::Instant};

use ::week::STORE_TIMEOUT;

use crate::{
    forgeries::Forgery,
    issuers::{Issuer, Token},
    world::{Kind, Trouble, World},
};

/// In seconds: the leeway of the layer, the lifetime of a nonce, and what rounding and reading clocks may amount to.
const LEEWAY: i64 = 30;
const NONCE_LIFETIME: i64 = 300;
const MARGIN: i64 = 2;

/// An answer: 200, or why the request was refused.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) refusal: String,
    pub(crate) instance: usize,
    pub(crate) sent: Instant,
    pub(crate) received: Instant,
    /// Simulated seconds at both moments.
    pub(crate) seconds: RangeInclusive<i64>,
}

impl Answer {
    pub(crate) fn passed(&self) -> bool {
        self.status == 200
    }
}

/// The refusals that are right, and whether the request may, and must, pass.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) may_pass: bool,
    pub(crate) refusals: Vec<&'static str>,
}

impl Verdict {
    pub(crate) fn admits(&self, answer: &Answer) -> bool {
        let kind = answer.refusal.as_str();
        if answer.passed() {
            return self.may_pass;
        }
        let unavailable = ["keys_unavailable", "one_time_store_unavailable"].contains(&kind);
        let status = if unavailable { 503 } else { 401 };
        answer.status == status && self.refusals.contains(&kind)
    }
}

/// What the model needs to judge an answer.
pub(crate) struct Judge<'a> {
    troubles: Vec<Trouble>,
    /// Those of the request itself, from its sending on.
    own_troubles: Vec<Trouble>,
    /// The earliest and the latest time by the clock of the instance.
    earliest: i64,
    latest: i64,
    answer: &'a Answer,
}

impl<'a> Judge<'a> {
    /// Considers the troubles from a moment on: the first one that matters for the answer.
    pub(crate) fn new(world: &World, from: Instant, answer: &'a Answer) -> Self {
        let troubles = world.troubles(from.min(answer.sent), answer.received);
        let off = |trouble: &Trouble| match trouble {
            Trouble::Clock(instance, off) if *instance == answer.instance => Some(*off),
            _ => None,
        };
        let offs: Vec<i64> = troubles.iter().filter_map(off).chain([0]).collect();
        Self {
            earliest: answer.seconds.start() + offs.iter().min().expect("zero is in it"),
            latest: answer.seconds.end() + offs.iter().max().expect("zero is in it"),
            troubles,
            own_troubles: world.troubles(answer.sent, answer.received),
            answer,
        }
    }

    pub(crate) fn has(&self, trouble: Trouble) -> bool {
        self.troubles.contains(&trouble)
    }

    pub(crate) fn answer(&self) -> &Answer {
        self.answer
    }

    /// The verdict on a token that the issuer signed.
    pub(crate) fn signed(&self, token: &Token, issuer: &Issuer) -> Verdict {
        let (issued_at, expires_at) = (seconds(token.issued_at), seconds(token.expires_at));
        let mut verdict = Verdict::default();
        if self.latest >= expires_at + LEEWAY - MARGIN {
            verdict.refusals.push("expired");
        }
        if self.earliest < issued_at - LEEWAY + MARGIN {
            verdict.refusals.push("issued_in_future");
        }
        let is_in_time = self.earliest < expires_at + LEEWAY + MARGIN
            && self.latest >= issued_at - LEEWAY - MARGIN;
        let is_withdrawn = issuer.was_withdrawn(token, self.answer.received);
        let is_in_doubt = self.has(Trouble::Keys(token.issuer));
        if is_withdrawn && !is_in_doubt {
            verdict.refusals.clear();
        }
        if is_withdrawn || is_in_doubt {
            verdict
                .refusals
                .extend(["unknown_key", "invalid_signature"]);
        }
        if is_in_doubt || is_withdrawn && self.has(Trouble::Issuer(token.issuer)) {
            verdict.refusals.push("keys_unavailable");
        }
        if self.lacks_keys(token.issuer) {
            verdict.refusals.push("keys_unavailable");
        }
        verdict.may_pass = is_in_time && (!is_withdrawn || is_in_doubt);
        verdict
    }

    /// The verdict on a bad token.
    pub(crate) fn forged(&self, forgery: Forgery, token: &Token) -> Verdict {
        let mut refusals = forgery.refusals().to_vec();
        if forgery.needs_keys() && self.has(Trouble::Keys(token.issuer)) {
            refusals.extend(["unknown_key", "invalid_signature", "keys_unavailable"]);
        }
        let lacks_keys = forgery.needs_keys() && self.lacks_keys(token.issuer);
        let is_unsure = forgery == Forgery::UnknownKey && self.has(Trouble::Issuer(token.issuer));
        if lacks_keys || is_unsure {
            refusals.push("keys_unavailable");
        }
        // Times are judged before some other claims.
        if self.is_clock_wrong() {
            refusals.extend(["expired", "issued_in_future"]);
        }
        // The world slept while the request was under way.
        let is_late = self.latest - self.earliest > NONCE_LIFETIME * 2;
        if is_late {
            refusals.push("expired");
        }
        Verdict {
            may_pass: is_late && forgery == Forgery::FromTheFuture,
            refusals,
        }
    }

    /// Adds what the nonce of a token may cause. An answer gave it, and the clock of that instance may be wrong.
    pub(crate) fn with_nonce(&self, mut verdict: Verdict, issue: &Judge<'_>) -> Verdict {
        if self.latest >= issue.earliest + NONCE_LIFETIME - MARGIN {
            verdict.refusals.push("expired_nonce");
        }
        if self.earliest < issue.latest - LEEWAY + MARGIN {
            verdict.refusals.push("nonce_issued_in_future");
        }
        verdict.may_pass &= self.earliest < issue.latest + NONCE_LIFETIME + LEEWAY + MARGIN;
        // Redis refuses what is ahead of its clock, and what is older than its memory.
        if issue.is_clock_wrong() {
            verdict
                .refusals
                .extend(["one_time_store_unavailable", "used_nonce"]);
        }
        self.with_store(verdict, "used_nonce")
    }

    /// Whether the instance that answered may have no keys of an issuer.
    fn lacks_keys(&self, issuer: Kind) -> bool {
        let no_keys = Trouble::NoKeys(self.answer.instance, issuer);
        self.own_troubles.contains(&no_keys)
    }

    fn is_clock_wrong(&self) -> bool {
        let instance = self.answer.instance;
        self.troubles
            .iter()
            .any(|trouble| matches!(trouble, Trouble::Clock(number, _) if *number == instance))
    }

    /// Adds what the store may cause.
    pub(crate) fn with_store(&self, mut verdict: Verdict, used: &'static str) -> Verdict {
        if self.is_store_in_doubt() || self.lacks_replica() {
            verdict.refusals.push("one_time_store_unavailable");
        }
        // Only a store that has lost uses refuses what was never used.
        if self.has(Trouble::Store) {
            verdict.refusals.push(used);
        }
        verdict
    }

    /// Whether a use may be recorded although the answer says that the store is down. Without its replica, Redis refuses
    /// to record anything.
    pub(crate) fn may_have_recorded(&self) -> bool {
        self.is_store_in_doubt() || !self.lacks_replica()
    }

    /// Whether Redis may have lost uses, or was too slow for this request or another one on the same connection.
    fn is_store_in_doubt(&self) -> bool {
        let is_slow = self.answer.received - self.answer.sent >= STORE_TIMEOUT / 4;
        is_slow || self.has(Trouble::Store)
    }

    fn lacks_replica(&self) -> bool {
        self.own_troubles.contains(&Trouble::Replica)
    }
}

impl fmt::Debug for Judge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.troubles).finish()
    }
}

fn seconds(time: u64) -> i64 {
    i64::try_from(time).expect("it is a time of this century")
}
