//! Reading the members of a claim set from JSON.

use std::{borrow::Cow, cell::Cell, time::Duration};

use serde::de::MapAccess;
use smallvec::SmallVec;

use super::{
    identity::{Identity, IdentityMembers},
    numeric_date::NumericDate,
    rules::{ClaimRules, WalletClaim},
};
use crate::{
    encoding::json::{self, Members, Object, OneOrMany, Text},
    error::AuthErrorKind::{
        self, InvalidAudience, InvalidAuthTime, InvalidEmail, InvalidExpiry, InvalidIdentity,
        InvalidIssuedAt, InvalidIssuer, InvalidNonce, InvalidNotBefore, InvalidSubject,
        InvalidWalletAddress, MalformedClaims, UnsupportedWalletType,
    },
};

/// The IDs of the projects that a token is for, usually a single one.
pub(super) type Projects = SmallVec<[String; 1]>;

/// The claims of a payload, each of the right JSON type. [`ClaimSet`](super::ClaimSet) checks the wallet and the email.
#[derive(Default)]
pub(super) struct ClaimMembers<'de> {
    pub(super) issuer: Option<Cow<'de, str>>,
    /// Empty if `aud` is missing or names no project.
    pub(super) projects: Projects,
    pub(super) subject: Option<Cow<'de, str>>,
    pub(super) wallet_address: Option<Cow<'de, str>>,
    pub(super) wallet_type: Option<Cow<'de, str>>,
    pub(super) issued_at: Option<Duration>,
    pub(super) expires_at: Option<Duration>,
    pub(super) not_before: Option<Duration>,
    pub(super) authenticated_at: Option<Duration>,
    pub(super) email: Option<Cow<'de, str>>,
    pub(super) nonce: Option<Cow<'de, str>>,
    pub(super) identity: Option<Identity>,
}

/// Reads the claims. The error names the malformed claim.
pub(super) fn read<'de>(
    json: &'de str,
    rules: &ClaimRules,
) -> Result<ClaimMembers<'de>, AuthErrorKind> {
    let culprit = Cell::new(MalformedClaims);
    let reader = Reader {
        rules,
        culprit: &culprit,
        claims: ClaimMembers::default(),
    };
    let reader = json::read(json, reader).map_err(|_| culprit.get())?;
    Ok(reader.claims)
}

struct Reader<'a, 'de> {
    rules: &'a ClaimRules,
    /// The refusal to return if reading fails. It is kept here because a serde error holds only text.
    culprit: &'a Cell<AuthErrorKind>,
    claims: ClaimMembers<'de>,
}

impl<'de> Reader<'_, 'de> {
    fn text<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        malformed: AuthErrorKind,
    ) -> Result<Option<Cow<'de, str>>, A::Error> {
        let Text(text) = self.named(malformed, map.next_value())?;
        Ok(Some(text))
    }

    fn time<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        malformed: AuthErrorKind,
    ) -> Result<Option<Duration>, A::Error> {
        let NumericDate(time) = self.named(malformed, map.next_value())?;
        Ok(Some(time))
    }

    fn projects<A: MapAccess<'de>>(&self, map: &mut A) -> Result<Projects, A::Error> {
        let mut projects = Projects::new();
        let audience = OneOrMany(|one: &str| {
            projects.extend(self.rules.project(one).map(str::to_owned));
        });
        self.named(InvalidAudience, map.next_value_seed(audience))?;
        Ok(projects)
    }

    fn identity<A: MapAccess<'de>>(&self, map: &mut A) -> Result<Option<Identity>, A::Error> {
        let identity = map.next_value_seed(Object(IdentityMembers::default()));
        Ok(Some(self.named(InvalidIdentity, identity)?.into()))
    }

    /// Returns `true` if `wallet_address` and `wallet_type` have a meaning for this issuer. For other issuers they are
    /// unknown claims.
    fn has_wallet_claims(&self) -> bool {
        self.rules.wallet == WalletClaim::WalletAddress
    }

    fn named<T, E>(&self, malformed: AuthErrorKind, value: Result<T, E>) -> Result<T, E> {
        value.inspect_err(|_| self.culprit.set(malformed))
    }
}

impl<'de> Members<'de> for Reader<'_, 'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => self.claims.issuer = self.text(map, InvalidIssuer)?,
            "aud" => self.claims.projects = self.projects(map)?,
            "sub" => self.claims.subject = self.text(map, InvalidSubject)?,
            "iat" => self.claims.issued_at = self.time(map, InvalidIssuedAt)?,
            "exp" => self.claims.expires_at = self.time(map, InvalidExpiry)?,
            "nbf" => self.claims.not_before = self.time(map, InvalidNotBefore)?,
            "auth_time" => self.claims.authenticated_at = self.time(map, InvalidAuthTime)?,
            "email" => self.claims.email = self.text(map, InvalidEmail)?,
            "nonce" => self.claims.nonce = self.text(map, InvalidNonce)?,
            "wallet_address" if self.has_wallet_claims() => {
                self.claims.wallet_address = self.text(map, InvalidWalletAddress)?;
            }
            "wallet_type" if self.has_wallet_claims() => {
                self.claims.wallet_type = self.text(map, UnsupportedWalletType)?;
            }
            name if Some(name) == self.rules.identity_claim.as_deref() => {
                self.claims.identity = self.identity(map)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
