//! This server's cookies: which browser a nonce is for, and which session is a player's.

use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, SET_COOKIE},
    },
    response::Response,
};
use tower_cookies::{Cookie, Cookies, cookie::SameSite};
use tower_sessions::session::Id;

use super::nonces::LIFETIME;

/// Whether cookies are for HTTPS only, which browsers take loopback for too.
#[derive(Clone, Copy)]
pub(crate) enum CookieFlags {
    Secure,
    Insecure,
}

impl CookieFlags {
    /// A name that begins with `__Host-` can be set over HTTPS only, and by no other host: nobody can give a
    /// victim their own cookie, be it from a subdomain.
    pub(crate) fn login_name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-login",
            Self::Insecure => "login",
        }
    }

    pub(crate) fn session_name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-session",
            Self::Insecure => "session",
        }
    }

    pub(crate) fn is_secure(self) -> bool {
        matches!(self, Self::Secure)
    }

    /// Returns what to bind a nonce to, and has the browser keep it for as long as the nonce is good.
    ///
    /// A browser that has a value keeps it, so that a second tab does not spoil what the first one began.
    pub(crate) fn bind_browser(self, cookies: &Cookies) -> String {
        let known = cookies.get(self.login_name());
        let browser: Id = known
            .and_then(|cookie| cookie.value().parse().ok())
            // 128 random bits. The type is that of session ids, which are the same.
            .unwrap_or_default();
        let mut cookie = self.cookie(self.login_name(), browser.to_string());
        cookie.set_max_age(LIFETIME.try_into().ok());
        cookies.add(cookie);
        browser.to_string()
    }

    /// Returns `true` if each of this server's cookies comes once at most, and under its very name.
    ///
    /// Of two, one may be an attacker's. And what reads them here decodes their names: `__Host%2Dlogin` is none
    /// that browsers protect, so that a subdomain can set it.
    pub(crate) fn are_unambiguous(self, headers: &HeaderMap) -> bool {
        let texts = headers.get_all(COOKIE).iter();
        let pairs: Vec<_> = texts
            .flat_map(|text| text.as_bytes().split(|byte| *byte == b';'))
            .collect();
        [self.login_name(), self.session_name()]
            .into_iter()
            .all(|name| {
                let mut ours = pairs.iter().filter(|pair| is_decoded_as(pair, name));
                let is_literal = |pair: &&[u8]| pair.trim_ascii().starts_with(name.as_bytes());
                ours.next().is_none_or(is_literal) && ours.next().is_none()
            })
    }

    /// Gives the removal of a session's cookie its flags, which tower-sessions leaves out: without them, a browser
    /// ignores it for its `__Host-` name.
    pub(crate) fn complete_removal(self, mut response: Response) -> Response {
        let begin = format!("{}=;", self.session_name());
        for (name, value) in response.headers_mut() {
            if name == SET_COOKIE && value.as_bytes().starts_with(begin.as_bytes()) {
                *value = self.session_removal();
            }
        }
        response
    }

    fn session_removal(self) -> HeaderValue {
        let mut cookie = self.cookie(self.session_name(), String::new());
        cookie.make_removal();
        let text = cookie.to_string();
        HeaderValue::try_from(text).expect("names, flags and times are plain ASCII")
    }

    fn cookie(self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .secure(self.is_secure())
            .http_only(true)
            .same_site(SameSite::Strict)
            .build()
    }
}

fn is_decoded_as(pair: &[u8], name: &str) -> bool {
    let text = String::from_utf8_lossy(pair);
    Cookie::parse_encoded(text).is_ok_and(|cookie| cookie.name() == name)
}
