//! The identity claim: how a player signed in.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Serialize, de::MapAccess};

use crate::{
    encoding::json::{Members, Text},
    error::{ConfigError, Escaped},
};

/// How a player signed in to Sequence, and under which name.
///
/// This is the claim `{iss}/identity`, which only tokens of Embedded Wallet have. The issuer, subject and email of an
/// identity are copied from the token without a check: they may be blank or contain any character. `Debug` shows only
/// the type.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "testing")] {
/// use sequence_auth::{IdentityType, SequenceClaims};
///
/// let claims = SequenceClaims::builder().email("player@example.com").build();
/// let identity = claims.identity().expect("a token of Embedded Wallet has an identity");
/// assert_eq!(identity.identity_type(), IdentityType::Email);
/// assert_eq!(identity.email(), Some("player@example.com"));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    #[serde(rename = "type")]
    pub(crate) identity_type: IdentityType,
    #[serde(rename = "iss", skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
    #[serde(rename = "sub", skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
}

impl Identity {
    /// Returns how the player signed in.
    ///
    /// ```
    /// use sequence_auth::{IdentityType, SequenceClaims};
    ///
    /// fn is_guest(claims: &SequenceClaims) -> bool {
    ///     claims
    ///         .identity()
    ///         .is_some_and(|identity| identity.identity_type() == IdentityType::Guest)
    /// }
    /// # #[cfg(feature = "testing")] {
    ///
    /// assert!(is_guest(&SequenceClaims::builder().guest().build()));
    /// # }
    /// ```
    #[must_use]
    pub fn identity_type(&self) -> IdentityType {
        self.identity_type
    }

    /// Returns the party that identified the player to Sequence (`iss` of the identity), if there is one: the OIDC
    /// provider, for example.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Returns the player's identifier at that [issuer](Self::issuer) (`sub` of the identity), if there is one.
    ///
    /// It is not the wallet: see [`SequenceClaims::wallet`](crate::SequenceClaims::wallet).
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Returns the email of the identity, if it has one.
    ///
    /// This is a separate claim from [`SequenceClaims::email`](crate::SequenceClaims::email). Both emails are
    /// unverified.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }
}

impl Identity {
    pub(crate) fn texts(&self) -> impl Iterator<Item = &String> {
        [&self.issuer, &self.subject, &self.email]
            .into_iter()
            .flatten()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("identity_type", &self.identity_type)
            .finish_non_exhaustive()
    }
}

/// A way of signing in to Sequence.
///
/// `Display` and `Serialize` write the issuer's name for it, such as `Email` or `OIDC`, and `Other` for a name that this
/// version of the crate does not know. `FromStr` accepts these names
/// in any letter case, and returns a [`ConfigError`] for other texts.
///
/// # Example
///
/// ```
/// use sequence_auth::IdentityType;
///
/// let identity_type: IdentityType = "oidc".parse()?;
/// assert_eq!(identity_type, IdentityType::Oidc);
/// assert_eq!(identity_type.to_string(), "OIDC");
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum IdentityType {
    /// The account has no identity.
    None,
    /// A guest: an account without a name or an email, bound to the device.
    Guest,
    /// An OpenID Connect provider, such as Google or Apple.
    #[serde(rename = "OIDC")]
    Oidc,
    /// A code that Sequence sent by email.
    Email,
    /// A PlayFab account.
    PlayFab,
    /// A Stytch account.
    Stytch,
    /// A Twitter account.
    Twitter,
    /// A way of signing in that this version of the crate does not know.
    Other,
}

impl IdentityType {
    const ALL: [Self; 8] = [
        Self::None,
        Self::Guest,
        Self::Oidc,
        Self::Email,
        Self::PlayFab,
        Self::Stytch,
        Self::Twitter,
        Self::Other,
    ];

    /// Returns the issuer's name for the type.
    const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Guest => "Guest",
            Self::Oidc => "OIDC",
            Self::Email => "Email",
            Self::PlayFab => "PlayFab",
            Self::Stytch => "Stytch",
            Self::Twitter => "Twitter",
            Self::Other => "Other",
        }
    }

    /// Returns the type with exactly this name, or `Other`.
    fn from_name(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|identity_type| identity_type.name() == name);
        found.unwrap_or(Self::Other)
    }
}

impl fmt::Display for IdentityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for IdentityType {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|identity_type| identity_type.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            let problem = format!("`{}` is not one of {names}", Escaped(text));
            ConfigError::new("identity_type", problem)
        })
    }
}

/// The members of the identity claim while they are read.
#[derive(Default)]
pub(crate) struct IdentityMembers<'de> {
    identity_type: Option<IdentityType>,
    issuer: Option<Cow<'de, str>>,
    subject: Option<Cow<'de, str>>,
    email: Option<Cow<'de, str>>,
}

impl<'de> Members<'de> for IdentityMembers<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let field = match name {
            "type" => {
                let Text(name) = map.next_value()?;
                self.identity_type = Some(IdentityType::from_name(&name));
                return Ok(true);
            }
            "iss" => &mut self.issuer,
            "sub" => &mut self.subject,
            "email" => &mut self.email,
            _ => return Ok(false),
        };
        let Text(text) = map.next_value()?;
        *field = Some(text);
        Ok(true)
    }
}

impl From<IdentityMembers<'_>> for Identity {
    fn from(members: IdentityMembers<'_>) -> Self {
        Self {
            identity_type: members.identity_type.unwrap_or(IdentityType::Other),
            issuer: members.issuer.map(Cow::into_owned),
            subject: members.subject.map(Cow::into_owned),
            email: members.email.map(Cow::into_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_type_is_the_issuers_name_for_it() {
        for (identity_type, name) in [
            (IdentityType::None, "None"),
            (IdentityType::Guest, "Guest"),
            (IdentityType::Oidc, "OIDC"),
            (IdentityType::Email, "Email"),
            (IdentityType::PlayFab, "PlayFab"),
            (IdentityType::Stytch, "Stytch"),
            (IdentityType::Twitter, "Twitter"),
            (IdentityType::Other, "Other"),
        ] {
            assert_eq!(identity_type.to_string(), name);
            let serialized = serde_json::to_value(identity_type).ok();
            assert_eq!(serialized, Some(name.into()));
            assert_eq!(IdentityType::from_name(name), identity_type);
        }
        assert_eq!(format!("{:>6}|", IdentityType::Oidc), "  OIDC|");
    }

    #[test]
    fn text_of_a_type_is_read_in_any_case() {
        for identity_type in IdentityType::ALL {
            let name = identity_type.name();
            for text in [name, &name.to_lowercase(), &name.to_uppercase()] {
                assert_eq!(text.parse().ok(), Some(identity_type));
            }
        }
    }

    /// An unknown name in a token is `Other`; an unknown name in a setting is an error.
    #[test]
    fn other_texts_are_refused_with_those_that_are_read() {
        for text in ["", "google", " Email", "Email\n", "OIDC2"] {
            assert_eq!(IdentityType::from_name(text), IdentityType::Other);
            let error = text.parse::<IdentityType>().expect_err(text);
            assert_eq!(error.setting(), "identity_type");
            let told = error.to_string();
            let names = "None, Guest, OIDC, Email, PlayFab, Stytch, Twitter, Other";
            assert!(told.ends_with(names), "{told}");
            assert!(!told.contains('\n'), "{told}");
        }
        assert_eq!(IdentityType::from_name("oidc"), IdentityType::Other);
    }
}
