//! The claims of one token, read and typed; whether they are good enough *now* is decided elsewhere.

use std::{borrow::Cow, cell::Cell, fmt, str::FromStr as _, sync::Arc, time::Duration};

use alloy_primitives::Address;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use smallvec::SmallVec;

use super::identity::{Identity, IdentityMembers};
use crate::{
    encoding::json::{self, Members, Object, OneOrMany, Text},
    error::AuthErrorKind::{
        self, InvalidAudience, InvalidAuthTime, InvalidEmail, InvalidExpiry, InvalidIdentity,
        InvalidIssuedAt, InvalidIssuer, InvalidNonce, InvalidNotBefore, InvalidSubject,
        MalformedClaims,
    },
};

/// RFC 5321 §4.5.3.1: 64 before the `@`, and 255 after it.
const MAX_EMAIL_BYTES: usize = 320;

/// The typed claims of a token by the expected issuer. Times are counted from the Unix epoch.
pub(crate) struct ClaimSet {
    pub(crate) json: String,
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
    /// Reads the claims out of `json`: `issuer` must have made them, and each must have its type. What a project
    /// follows in an audience is `audience_prefix`; other audiences are not ours.
    pub(crate) fn parse(
        json: String,
        issuer: &Arc<str>,
        audience_prefix: &str,
    ) -> Result<Self, AuthErrorKind> {
        let blamed = Cell::new(MalformedClaims);
        let claims = Claims::new(issuer, audience_prefix, &blamed);
        let claims = json::read(&json, claims).map_err(|_| blamed.get())?;
        if claims.issuer.as_deref() != Some(&**issuer) {
            return Err(InvalidIssuer);
        }
        Ok(Self {
            issuer: Arc::clone(issuer),
            projects: claims.projects.ok_or(InvalidAudience)?,
            expires_at: claims.expires_at.ok_or(InvalidExpiry)?,
            issued_at: claims.issued_at.ok_or(InvalidIssuedAt)?,
            not_before: claims.not_before,
            authenticated_at: claims.authenticated_at,
            wallet: claims
                .subject
                .as_deref()
                .and_then(wallet)
                .ok_or(InvalidSubject)?,
            email: email(claims.email)?,
            nonce: claims.nonce.map(Cow::into_owned),
            identity: claims.identity,
            json,
        })
    }

    /// Returns about how much memory the claims take.
    pub(crate) fn bytes(&self) -> usize {
        let projects = self.projects.capacity() * size_of::<u64>();
        let texts = [&self.email, &self.nonce].into_iter().flatten();
        let texts = texts.chain(self.identity.iter().flat_map(Identity::texts));
        let texts = texts.map(String::len).sum::<usize>();
        size_of::<Self>() + self.json.capacity() + projects + texts
    }
}

/// Reads a number as the issuer writes it: with a sign or with leading zeros, it is another text.
fn project_id(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_plain)
}

/// Reads `0x` and exactly 40 hexadecimal digits; their case, be it a checksum or not, decides nothing.
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
        |email: &Cow<'_, str>| email.len() > MAX_EMAIL_BYTES || email.contains(char::is_control);
    if email.as_ref().is_some_and(is_unfit) {
        return Err(InvalidEmail);
    }
    Ok(email.map(Cow::into_owned))
}

struct Claims<'a, 'de> {
    expected_issuer: &'a str,
    audience_prefix: &'a str,
    /// Which claim to blame when reading fails.
    blamed: &'a Cell<AuthErrorKind>,
    issuer: Option<Cow<'de, str>>,
    projects: Option<SmallVec<[u64; 2]>>,
    subject: Option<Cow<'de, str>>,
    issued_at: Option<Duration>,
    expires_at: Option<Duration>,
    not_before: Option<Duration>,
    authenticated_at: Option<Duration>,
    email: Option<Cow<'de, str>>,
    nonce: Option<Cow<'de, str>>,
    identity: Option<Identity>,
}

impl<'a, 'de> Claims<'a, 'de> {
    fn new(
        expected_issuer: &'a str,
        audience_prefix: &'a str,
        blamed: &'a Cell<AuthErrorKind>,
    ) -> Self {
        Self {
            expected_issuer,
            audience_prefix,
            blamed,
            issuer: None,
            projects: None,
            subject: None,
            issued_at: None,
            expires_at: None,
            not_before: None,
            authenticated_at: None,
            email: None,
            nonce: None,
            identity: None,
        }
    }

    /// Tells the identity claim, whose name is the issuer's URL followed by `/identity`.
    fn is_identity(&self, name: &str) -> bool {
        name.strip_prefix(self.expected_issuer) == Some("/identity")
    }

    fn text<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        blame: AuthErrorKind,
    ) -> Result<Option<Cow<'de, str>>, A::Error> {
        let Text(text) = self.blaming(blame, map.next_value())?;
        Ok(Some(text))
    }

    fn time<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        blame: AuthErrorKind,
    ) -> Result<Option<Duration>, A::Error> {
        let NumericDate(time) = self.blaming(blame, map.next_value())?;
        Ok(Some(time))
    }

    fn blaming<T, E>(&self, blame: AuthErrorKind, value: Result<T, E>) -> Result<T, E> {
        value.inspect_err(|_| self.blamed.set(blame))
    }
}

impl<'de> Members<'de> for Claims<'_, 'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => self.issuer = self.text(map, InvalidIssuer)?,
            "aud" => {
                let mut projects = SmallVec::new();
                let ours = |one: &str| project_id(one.strip_prefix(self.audience_prefix)?);
                let audience = OneOrMany(|one: &str| projects.extend(ours(one)));
                self.blaming(InvalidAudience, map.next_value_seed(audience))?;
                self.projects = Some(projects);
            }
            "sub" => self.subject = self.text(map, InvalidSubject)?,
            "iat" => self.issued_at = self.time(map, InvalidIssuedAt)?,
            "exp" => self.expires_at = self.time(map, InvalidExpiry)?,
            "nbf" => self.not_before = self.time(map, InvalidNotBefore)?,
            "auth_time" => self.authenticated_at = self.time(map, InvalidAuthTime)?,
            "email" => self.email = self.text(map, InvalidEmail)?,
            "nonce" => self.nonce = self.text(map, InvalidNonce)?,
            _ if self.is_identity(name) => {
                let identity = map.next_value_seed(Object(IdentityMembers::default()));
                self.identity = Some(self.blaming(InvalidIdentity, identity)?.into());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Seconds since the Unix epoch as a JSON number, whole or not (RFC 7519 §2), up to the year 9999.
struct NumericDate(Duration);

impl NumericDate {
    const MAX_SECONDS: u64 = 253_402_300_799;
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asks for a number: `deserialize_any` would see a map under `arbitrary_precision`.
        deserializer.deserialize_f64(NumericDateVisitor)
    }
}

struct NumericDateVisitor;

impl Visitor<'_> for NumericDateVisitor {
    type Value = NumericDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds from 1970 to 9999")
    }

    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
        if seconds > NumericDate::MAX_SECONDS {
            return Err(E::custom("out of range"));
        }
        Ok(NumericDate(Duration::from_secs(seconds)))
    }

    fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
        Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|time| time.as_secs() <= NumericDate::MAX_SECONDS)
            .map(NumericDate)
            .ok_or_else(|| E::custom("out of range"))
    }
}
