//! The binding of a nonce to one browser.

use http::{HeaderMap, HeaderName, header::COOKIE};
use memchr::memmem::Finder;

use super::{login_cookies::LoginCookies, signed_nonce::SignedNonce};
use crate::{
    defaults::LIMIT_BINDING_BYTES,
    error::{AuthErrorKind, ConfigError},
    source::{cookie, has_too_many_cookies, is_token_char, only_value},
};

/// How a token was presented. This decides where to look for the binding of its nonce.
#[derive(Clone, Copy)]
pub(crate) enum Presented<'a> {
    InRequest(&'a HeaderMap),
    /// After a request; the application passes its headers, because the nonce is bound to one of them.
    AfterRequest(&'a HeaderMap),
    /// Without a request; the application passes the binding.
    Bound(&'a [u8]),
    /// Without a request and without a binding.
    Unbound,
}

impl Presented<'_> {
    /// Returns `true` if the application relies on nonces.
    pub(crate) fn needs_nonces(self) -> bool {
        matches!(self, Self::AfterRequest(_) | Self::Bound(_))
    }
}

/// The part of a request that nonces are bound to.
#[derive(Clone, Debug)]
pub(super) enum BoundBy {
    Place(BindingPlace),
    LoginCookies(LoginCookies),
}

impl BoundBy {
    fn find<'a>(&self, headers: &'a HeaderMap, nonce: &SignedNonce) -> Option<&'a [u8]> {
        match self {
            Self::Place(place) => place.find(headers),
            Self::LoginCookies(cookies) => find_cookie(headers, &cookies.name(nonce)),
        }
    }
}

/// A cookie or header with the same name for every nonce.
#[derive(Clone, Debug)]
pub(super) enum BindingPlace {
    Cookie(String),
    Header(HeaderName),
}

impl BindingPlace {
    pub(super) fn cookie(name: &str) -> Result<Self, ConfigError> {
        // RFC 6265 §4.1.1: the name is a token.
        if name.is_empty() || !name.bytes().all(is_token_char) {
            let problem = format!("{name:?} is not the name of a cookie");
            return Err(ConfigError::new("bound_by_cookie", problem));
        }
        Ok(Self::Cookie(name.to_owned()))
    }

    pub(super) fn header(name: &str) -> Result<Self, ConfigError> {
        let name = name.parse().map_err(|error| {
            let problem = format!("{name:?} is not the name of a header");
            ConfigError::new("bound_by_header", problem).with_source(error)
        })?;
        if name == COOKIE {
            let problem =
                "use `bound_by_cookie` for a cookie, because every other cookie may change";
            return Err(ConfigError::new("bound_by_header", problem));
        }
        Ok(Self::Header(name))
    }

    /// Returns the value that a nonce for this request is bound to.
    pub(super) fn find<'a>(&self, headers: &'a HeaderMap) -> Option<&'a [u8]> {
        match self {
            Self::Cookie(name) => find_cookie(headers, name),
            Self::Header(name) => {
                let values = headers.get_all(name).iter().map(AsRef::as_ref);
                only_value(values).filter(|binding| is_of_valid_length(binding))
            }
        }
    }
}

/// Finds a cookie. Cookies that are larger than the limit are not searched.
fn find_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    if has_too_many_cookies(headers) {
        return None;
    }
    let value = cookie(headers, &Finder::new(&format!("{name}="))).ok()?;
    value.filter(|binding| is_of_valid_length(binding))
}

fn is_of_valid_length(binding: &[u8]) -> bool {
    (1..=LIMIT_BINDING_BYTES).contains(&binding.len())
}

/// Returns the binding that this nonce must have, or `None` if it must be unbound.
pub(super) fn expected_binding<'a>(
    bound_by: Option<&BoundBy>,
    presented: Presented<'a>,
    nonce: &SignedNonce,
) -> Result<Option<&'a [u8]>, AuthErrorKind> {
    let binding = match (presented, bound_by) {
        (Presented::Bound(binding), _) => {
            Some(binding).filter(|binding| is_of_valid_length(binding))
        }
        (_, None) => return Ok(None),
        (Presented::InRequest(headers) | Presented::AfterRequest(headers), Some(bound_by)) => {
            bound_by.find(headers, nonce)
        }
        (Presented::Unbound, Some(_)) => None,
    };
    binding.map(Some).ok_or(AuthErrorKind::MissingBinding)
}
