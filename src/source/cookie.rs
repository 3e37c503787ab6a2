//! A cookie. Browsers attach cookies on their own, even to requests that another site makes.

use http::{Method, header::UPGRADE};
use memchr::memmem::Finder;

use super::{
    credentials::bare_token,
    headers::{RequestHead, cookie, has_too_many_cookies, is_token_char},
    same_origin::is_cross_site,
};
use crate::error::{
    AuthErrorKind::{self, CrossSiteCookie, MalformedTokenCookie, RepeatedTokenCookie},
    ConfigError, Escaped,
};

/// A cookie that may hold a token.
#[derive(Clone, Debug)]
pub(super) struct TokenCookie {
    pub(super) name: String,
    /// What the cookie begins with: its name and `=`.
    text: String,
    /// Whether the layer accepts the cookie in requests of other sites.
    pub(super) accepts_cross_site: bool,
}

impl TokenCookie {
    pub(super) fn new(name: &str) -> Result<Self, ConfigError> {
        // RFC 6265 §4.1.1: the name is a token.
        if name.is_empty() || !name.bytes().all(is_token_char) {
            let problem = format!("`{}` is not the name of a cookie", Escaped(name));
            return Err(ConfigError::new("cookie", problem));
        }
        Ok(Self {
            name: name.to_owned(),
            text: format!("{name}="),
            accepts_cross_site: false,
        })
    }

    /// Finds the token. An empty cookie, as sites set it at sign-out, counts as missing.
    pub(super) fn find<'a>(
        &self,
        head: RequestHead<'a>,
    ) -> Result<Option<&'a [u8]>, AuthErrorKind> {
        if has_too_many_cookies(head.headers) {
            return Err(MalformedTokenCookie);
        }
        let value = cookie(head.headers, &Finder::new(&self.text))
            .map_err(|ambiguous| ambiguous.refusal(RepeatedTokenCookie, MalformedTokenCookie))?;
        let Some(value) = value else {
            return Ok(None);
        };
        let token = bare_token(value).map_err(|unfit| unfit.refusal(MalformedTokenCookie))?;
        if token.is_some() && !self.accepts_cross_site && has_effect(head) && is_cross_site(head) {
            return Err(CrossSiteCookie);
        }
        Ok(token)
    }
}

/// Returns `true` if a request may change something: its method is not safe (RFC 9110 §9.2.1), or it upgrades the
/// connection to another protocol.
fn has_effect(head: RequestHead<'_>) -> bool {
    let is_safe = matches!(
        *head.method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    );
    !is_safe || head.headers.contains_key(UPGRADE)
}
