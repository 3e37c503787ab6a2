//! The typed claims of a verified token. Checks that depend on the time or on a layer's policy are elsewhere.

use std::{borrow::Cow, sync::Arc, time::Duration};

use alloy_primitives::Address;
use serde::de::MapAccess;

use super::{
    identity::Identity,
    reader::{self, ClaimMembers, Projects},
    rules::ClaimRules,
    wallet::Wallet,
};
use crate::{
    defaults::LIMIT_EMAIL_BYTES,
    encoding::json::{self, Members, OneOrMany},
    error::AuthErrorKind::{self, InvalidEmail, InvalidExpiry, InvalidIssuedAt, InvalidIssuer},
    token::VerifiedPayload,
};

/// The typed claims of a token with a good signature and the expected `iss`. Times count from the Unix epoch.
pub(crate) struct ClaimSet {
    pub(super) json: String,
    pub(crate) issuer: Arc<str>,
    /// The projects that the token is for.
    pub(crate) projects: Projects,
    pub(crate) wallet: Address,
    pub(crate) wallet_id: Option<String>,
    pub(crate) issued_at: Option<Duration>,
    pub(crate) expires_at: Duration,
    pub(crate) not_before: Option<Duration>,
    pub(crate) authenticated_at: Option<Duration>,
    pub(crate) email: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) identity: Option<Identity>,
}

impl ClaimSet {
    /// Reads the claims of a payload, and checks `iss` and the type of each claim. If `iss` is wrong, calls
    /// `on_other_issuer` with its value, or with `None` if the claim is missing.
    pub(crate) fn read(
        payload: VerifiedPayload,
        rules: &ClaimRules,
        on_other_issuer: impl FnOnce(Option<&str>),
    ) -> Result<Self, AuthErrorKind> {
        let json = payload.into_json()?;
        let claims: ClaimMembers<'_> = reader::read(&json, rules)?;
        if claims.issuer.as_deref() != Some(&*rules.issuer) {
            on_other_issuer(claims.issuer.as_deref());
            return Err(InvalidIssuer);
        }
        let expires_at = claims.expires_at.ok_or(InvalidExpiry)?;
        if rules.requires_issue_time && claims.issued_at.is_none() {
            return Err(InvalidIssuedAt);
        }
        let wallet = Wallet::read(&claims, rules.wallet)?;
        Ok(Self {
            issuer: Arc::clone(&rules.issuer),
            projects: claims.projects,
            expires_at,
            issued_at: claims.issued_at,
            not_before: claims.not_before,
            authenticated_at: claims.authenticated_at,
            wallet: wallet.address,
            wallet_id: wallet.id,
            email: email(claims.email)?,
            nonce: claims.nonce.map(Cow::into_owned),
            identity: claims.identity,
            json,
        })
    }

    /// Returns the strings of `aud`, for an event in the operator's log.
    pub(crate) fn audiences(&self) -> Vec<String> {
        let audiences = json::read(&self.json, Audiences::default());
        audiences.unwrap_or_default().0
    }

    /// Returns roughly how many bytes of memory the claims take.
    pub(crate) fn bytes(&self) -> usize {
        let projects = self.projects.capacity() * size_of::<String>();
        let texts: usize = self.texts().map(String::len).sum();
        size_of::<Self>() + self.json.capacity() + projects + texts
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let identity = self.identity.iter().flat_map(Identity::texts);
        [&self.email, &self.nonce, &self.wallet_id]
            .into_iter()
            .flatten()
            .chain(&self.projects)
            .chain(identity)
    }
}

#[derive(Default)]
struct Audiences(Vec<String>);

impl<'de> Members<'de> for Audiences {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name == "aud" {
            map.next_value_seed(OneOrMany(|audience: &str| self.0.push(audience.to_owned())))?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// Refuses an email that is too long or has control characters, and treats a blank email as missing.
fn email(claim: Option<Cow<'_, str>>) -> Result<Option<String>, AuthErrorKind> {
    let is_unfit =
        |email: &Cow<'_, str>| email.len() > LIMIT_EMAIL_BYTES || email.contains(char::is_control);
    if claim.as_ref().is_some_and(is_unfit) {
        return Err(InvalidEmail);
    }
    let email = claim.filter(|email| !email.trim().is_empty());
    Ok(email.map(Cow::into_owned))
}
