//! This server's cookies: their flags, and the check of the session's cookie.

use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, Entry, SET_COOKIE},
    },
    response::Response,
};
use sequence_auth::LoginCookies;
use tower_sessions::cookie::{Cookie, SameSite};

/// How browsers store and send the cookies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CookieFlags {
    /// Over HTTPS (browsers treat loopback the same), and in pages of this site.
    Secure,
    /// Also over plain HTTP.
    Insecure,
    /// Over HTTPS, also in frames on other sites, separately for each of these sites.
    Framed,
}

impl CookieFlags {
    /// Returns the cookies that bind nonces to a browser.
    pub(crate) fn login_cookies(self) -> LoginCookies {
        match self {
            Self::Secure => LoginCookies::default(),
            Self::Insecure => LoginCookies::new("login-").allow_plain_http(),
            Self::Framed => LoginCookies::default().allow_cross_site_frames(),
        }
    }

    /// Only HTTPS can set a name that begins with `__Host-`, and no other host can. An attacker cannot give a victim a
    /// cookie, not even from a subdomain.
    ///
    /// Frames use another name. Browsers store a partitioned cookie beside an unpartitioned cookie with the same name,
    /// and would send both to a server that was started with other flags before.
    pub(crate) fn session_name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-session",
            Self::Framed => "__Host-framed-session",
            Self::Insecure => "session",
        }
    }

    pub(crate) fn are_secure(self) -> bool {
        self != Self::Insecure
    }

    pub(crate) fn same_site(self) -> SameSite {
        if self.are_partitioned() {
            SameSite::None
        } else {
            SameSite::Strict
        }
    }

    fn are_partitioned(self) -> bool {
        self == Self::Framed
    }

    /// Removes the cookies that would let a subdomain act on the session. A subdomain can then neither give the player
    /// a session nor prevent one.
    ///
    /// tower-sessions decodes the names of cookies. Browsers do not protect `__Host%2Dsession`, so a subdomain can set
    /// it. tower-sessions also reads no cookies from a header that is not UTF-8.
    pub(crate) fn remove_those_of_other_hosts(self, headers: &mut HeaderMap) {
        if let Entry::Occupied(mut texts) = headers.entry(COOKIE) {
            for text in texts.iter_mut() {
                let pairs = text.as_bytes().split(|byte| *byte == b';');
                let own: Vec<_> = pairs.filter(|pair| !self.is_of_other_host(pair)).collect();
                *text = HeaderValue::from_bytes(&own.join(&b';'))
                    .expect("these are parts of a header's value, and semicolons");
            }
        }
    }

    fn is_of_other_host(self, pair: &[u8]) -> bool {
        let name = self.session_name();
        let is_literal = pair.trim_ascii().starts_with(name.as_bytes());
        str::from_utf8(pair).is_err() || (is_decoded_as(pair, name) && !is_literal)
    }

    /// Returns `true` if the session's cookie comes at most once. Of two, one may be an attacker's.
    pub(crate) fn have_one_session(self, headers: &HeaderMap) -> bool {
        let texts = headers.get_all(COOKIE).iter();
        let pairs = texts.flat_map(|text| text.as_bytes().split(|byte| *byte == b';'));
        let sessions = pairs.filter(|pair| is_decoded_as(pair, self.session_name()));
        sessions.count() < 2
    }

    /// Adds the flags that tower-sessions leaves out of the session's cookie: `Partitioned`, and all flags when it
    /// removes the cookie. Without them, browsers ignore the removal because of the `__Host-` name.
    pub(crate) fn complete(self, mut response: Response) -> Response {
        let begin = format!("{}=", self.session_name());
        for (name, value) in response.headers_mut() {
            let rest = value.as_bytes().strip_prefix(begin.as_bytes());
            if let Some(rest) = rest.filter(|_| name == SET_COOKIE) {
                if rest.starts_with(b";") {
                    *value = self.session_removal();
                } else if self.are_partitioned() {
                    *value = partitioned(value);
                }
            }
        }
        response
    }

    fn session_removal(self) -> HeaderValue {
        let mut cookie = Cookie::build(self.session_name())
            .path("/")
            .secure(self.are_secure())
            .http_only(true)
            .same_site(self.same_site())
            .partitioned(self.are_partitioned())
            .build();
        cookie.make_removal();
        let text = cookie.to_string();
        HeaderValue::try_from(text).expect("names, flags and times are plain ASCII")
    }
}

fn partitioned(cookie: &HeaderValue) -> HeaderValue {
    let bytes = [cookie.as_bytes(), b"; Partitioned"].concat();
    HeaderValue::try_from(bytes).expect("what is appended is plain ASCII")
}

fn is_decoded_as(pair: &[u8], name: &str) -> bool {
    let text = String::from_utf8_lossy(pair);
    Cookie::parse_encoded(text).is_ok_and(|cookie| cookie.name() == name)
}
