//! This server's cookies: which browser a nonce is for, and which session is a player's.

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

    pub(crate) fn forget_session(self, cookies: &Cookies) {
        cookies.remove(self.cookie(self.session_name(), String::new()));
    }

    /// Without these flags a browser ignores even the removal of a `__Host-` cookie.
    fn cookie(self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .secure(self.is_secure())
            .http_only(true)
            .same_site(SameSite::Strict)
            .build()
    }
}
