//! The claims of a verified token, typed. Whether they are good enough *now* is decided elsewhere.

use std::{borrow::Cow, str::FromStr as _, sync::Arc, time::Duration};

use alloy_primitives::Address;
use smallvec::SmallVec;

use super::{
    identity::Identity,
    reader::{self, ClaimMembers},
    rules::ClaimRules,
};
use crate::{
    defaults::LIMIT_EMAIL_BYTES,
    error::AuthErrorKind::{
        self, InvalidAudience, InvalidEmail, InvalidExpiry, InvalidIssuedAt, InvalidIssuer,
        InvalidSubject,
    },
    token::VerifiedPayload,
};

/// The typed claims of a token whose signature is good, by the expected issuer. Times are counted from the Unix
/// epoch.
pub(crate) struct ClaimSet {
    pub(super) json: String,
    pub(crate) issuer: Arc<str>,
    /// The projects that the token is for.
    pub(crate) projects: SmallVec<[u64; 2]>,
    pub(crate) wallet: Address,
    pub(crate) issued_at: Duration,
    pub(crate) expires_at: Duration,
    pub(crate) not_before: Option<Duration>,
    pub(crate) authenticated_at: Option<Duration>,
    pub(crate) email: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) identity: Option<Identity>,
}

impl ClaimSet {
    /// Reads the claims of a payload: the expected issuer must have made them, and each must have its type.
    pub(crate) fn read(
        payload: VerifiedPayload,
        rules: &ClaimRules,
    ) -> Result<Self, AuthErrorKind> {
        let json = payload.into_json()?;
        let claims: ClaimMembers<'_> = reader::read(&json, rules)?;
        if claims.issuer.as_deref() != Some(&*rules.issuer) {
            return Err(InvalidIssuer);
        }
        let subject = claims.subject.as_deref();
        Ok(Self {
            issuer: Arc::clone(&rules.issuer),
            projects: claims.projects.ok_or(InvalidAudience)?,
            expires_at: claims.expires_at.ok_or(InvalidExpiry)?,
            issued_at: claims.issued_at.ok_or(InvalidIssuedAt)?,
            not_before: claims.not_before,
            authenticated_at: claims.authenticated_at,
            wallet: subject.and_then(wallet).ok_or(InvalidSubject)?,
            email: email(claims.email)?,
            nonce: claims.nonce.map(Cow::into_owned),
            identity: claims.identity,
            json,
        })
    }

    /// Returns about how much memory the claims take.
    pub(crate) fn bytes(&self) -> usize {
        let projects = self.projects.capacity() * size_of::<u64>();
        let texts: usize = self.texts().map(String::len).sum();
        size_of::<Self>() + self.json.capacity() + projects + texts
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let identity = self.identity.iter().flat_map(Identity::texts);
        [&self.email, &self.nonce]
            .into_iter()
            .flatten()
            .chain(identity)
    }
}

/// Reads `0x` and exactly 40 hexadecimal digits. Their case is ignored, whether or not it is an EIP-55 checksum.
fn wallet(subject: &str) -> Option<Address> {
    if subject.len() != 42 || !subject.starts_with("0x") {
        return None;
    }
    Address::from_str(subject).ok()
}

/// Takes an email that is not blank, and that fits where an application puts it: a column, a header, a log.
fn email(claim: Option<Cow<'_, str>>) -> Result<Option<String>, AuthErrorKind> {
    let email = claim.filter(|email| !email.trim().is_empty());
    let is_unfit =
        |email: &Cow<'_, str>| email.len() > LIMIT_EMAIL_BYTES || email.contains(char::is_control);
    if email.as_ref().is_some_and(is_unfit) {
        return Err(InvalidEmail);
    }
    Ok(email.map(Cow::into_owned))
}
