//! What ties a nonce to one browser.

use http::{HeaderMap, HeaderName, HeaderValue, header::COOKIE};

use crate::{
    error::{AuthErrorKind, ConfigError},
    source::bearer::is_tchar,
};

const MAX_BINDING_BYTES: usize = 1024;

/// More than most sites set, and little enough to look through for each token.
const MAX_COOKIE_BYTES: usize = 16 * 1024;

/// Where a token came from, to find out what its nonce has to be bound to.
#[derive(Clone, Copy)]
pub(crate) enum Presented<'a> {
    InRequest(&'a HeaderMap),
    /// The application says which binding it is.
    Bound(&'a [u8]),
    /// The application says of none.
    Unbound,
}

impl Presented<'_> {
    pub(crate) fn is_binding(self) -> bool {
        matches!(self, Self::Bound(_))
    }
}

/// Where a request holds the binding.
#[derive(Clone, Debug)]
pub(super) enum BoundBy {
    Cookie(String),
    Header(HeaderName),
}

impl BoundBy {
    pub(super) fn cookie(name: &str) -> Result<Self, ConfigError> {
        // RFC 6265 §4.1.1: the name is a token.
        if name.is_empty() || !name.bytes().all(is_tchar) {
            let problem = format!("{name:?} is no cookie's name");
            return Err(ConfigError::new("bound_by_cookie", problem));
        }
        Ok(Self::Cookie(name.to_owned()))
    }

    pub(super) fn header(name: &str) -> Result<Self, ConfigError> {
        let name = name.parse().map_err(|error| {
            let problem = format!("{name:?} is no header's name");
            ConfigError::new("bound_by_header", problem).with_source(error)
        })?;
        Ok(Self::Header(name))
    }

    fn find<'a>(&self, headers: &'a HeaderMap) -> Option<&'a [u8]> {
        match self {
            Self::Cookie(name) => {
                let sizes = headers.get_all(COOKIE).iter().map(HeaderValue::len);
                let is_small = sizes.sum::<usize>() <= MAX_COOKIE_BYTES;
                is_small.then(|| only(cookies(headers, name)))?
            }
            Self::Header(name) => only(headers.get_all(name).iter().map(AsRef::as_ref)),
        }
    }
}

/// Returns what a nonce has to be bound to, if to anything.
pub(super) fn required<'a>(
    bound_by: Option<&BoundBy>,
    origin: Presented<'a>,
) -> Result<Option<&'a [u8]>, AuthErrorKind> {
    let binding = match (origin, bound_by) {
        (Presented::Bound(binding), _) => Some(binding),
        (_, None) => return Ok(None),
        (Presented::InRequest(headers), Some(bound_by)) => bound_by.find(headers),
        (Presented::Unbound, Some(_)) => None,
    };
    binding
        .filter(|binding| (1..=MAX_BINDING_BYTES).contains(&binding.len()))
        .map(Some)
        .ok_or(AuthErrorKind::MissingBinding)
}

/// Returns the values of a cookie. HTTP/2 may split cookies over several headers (RFC 9113 §8.2.3).
fn cookies<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a [u8]> {
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(move |pair| {
        let value = pair.trim_ascii().strip_prefix(name.as_bytes())?;
        value.strip_prefix(b"=")
    })
}

/// Returns a value that comes once: of two, one may be an attacker's.
fn only<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
