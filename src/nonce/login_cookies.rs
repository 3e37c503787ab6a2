//! The cookies that bind nonces to a browser. Each nonce has its own cookie.

use http::{HeaderMap, HeaderValue, header::ORIGIN};
use memchr::memmem::Finder;

use super::{origin, signed_nonce::SignedNonce};
use crate::{
    defaults::{
        DEFAULT_LOGIN_COOKIE_PREFIX, LIMIT_COOKIE_BYTES, LIMIT_LOGIN_COOKIES,
        LIMIT_REMOVED_LOGIN_COOKIES,
    },
    error::ConfigError,
    source::{
        RequestHead, cookie_bytes, is_cross_site, is_token_char, only_value, rests_of_cookies,
    },
};

/// The prefix of a cookie's name with which browsers accept the cookie only from this host, and only over HTTPS (RFC
/// 6265bis §4.1.3.2).
const HOST_PREFIX: &str = "__Host-";

/// The length of the nonce's ID in the name of its cookie.
const ID_CHARS: usize = 24;

/// Describes the cookies that bind nonces to the browser that requested them.
///
/// Each nonce has its own cookie, which expires with the nonce. [`Nonces::respond_to`](crate::Nonces::respond_to) sets
/// it:
///
/// - Its name is a prefix, `__Host-login-` by default, and 24 hexadecimal digits.
/// - Its value is 128 random bits.
/// - Its attributes are `HttpOnly`, `Secure`, `SameSite=Strict` and `Path=/`.
///
/// A browser keeps at most 8 of these cookies, including those of used nonces. The response that sets a ninth cookie
/// removes the oldest. A login that was started with the removed cookie is refused.
///
/// # Example
///
/// ```
/// use sequence_auth::{LoginCookies, NonceKey, Nonces};
///
/// # fn nonces(key: NonceKey) -> Result<Nonces, sequence_auth::ConfigError> {
/// let cookies = LoginCookies::default().allow_origin("https://play.example.com");
/// let nonces = Nonces::builder(key).bound_by_login_cookies(cookies).build()?;
/// # Ok(nonces)
/// # }
/// # nonces(NonceKey::random()).expect("they are valid");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct LoginCookies {
    prefix: String,
    is_secure: bool,
    is_for_frames: bool,
    origins: Vec<String>,
}

impl LoginCookies {
    /// Creates a description of cookies whose names start with a prefix, such as `__Host-login-`.
    ///
    /// Instances that issue and check the same nonces need the same prefix. The prefix has to start with `__Host-`,
    /// which [`build`](crate::NoncesBuilder::build) checks: browsers then accept these cookies only from this host, so
    /// a subdomain cannot give a visitor the cookie of an attacker's login. A subdomain can still end a login, by
    /// setting so many other cookies that the browser drops some.
    ///
    /// ```
    /// use sequence_auth::{LoginCookies, NonceKey, Nonces};
    ///
    /// let build = |prefix| {
    ///     let nonces = Nonces::builder(NonceKey::random());
    ///     nonces.bound_by_login_cookies(LoginCookies::new(prefix)).build()
    /// };
    /// assert!(build("__Host-sign-in-").is_ok());
    /// assert!(build("sign-in-").is_err());
    /// ```
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            is_secure: true,
            is_for_frames: false,
            origins: Vec::new(),
        }
    }

    /// Issues nonces to scripts of another origin too, such as `https://play.example.com`. Default: only to pages of
    /// the host that issues the nonce.
    ///
    /// Use it if the page and the API are on different hosts. If both hosts are below one domain, the browser sends the
    /// cookies with `fetch(url, { credentials: "include" })`, and [the application answers CORS
    /// requests](crate::guide::logins#page-and-backend-on-different-hosts). The origin is compared byte for byte with
    /// the header `Origin`.
    ///
    /// A script of an allowed origin can log its visitor in to another account, so do not allow an origin that you
    /// share with others. An origin with plain HTTP has to be on loopback, because anybody on the network can
    /// impersonate any other; [`allow_plain_http`](Self::allow_plain_http) lifts this rule.
    ///
    /// ```
    /// use sequence_auth::{LoginCookies, NonceKey, Nonces};
    ///
    /// let build = |origin| {
    ///     let cookies = LoginCookies::default().allow_origin(origin);
    ///     Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies).build()
    /// };
    /// assert!(build("https://play.example.com").is_ok());
    /// assert!(build("https://play.example.com/").is_err()); // a URL, not an origin
    /// assert!(build("http://play.example.com").is_err()); // plain HTTP
    /// ```
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Lets a page of this host log in while it is in a frame on another site, such as a portal for games. Default: in
    /// such frames browsers neither store nor send the cookies.
    ///
    /// The cookies are then `SameSite=None; Partitioned` instead of `SameSite=Strict`. Browsers keep partitioned
    /// cookies apart for each site around the frame
    /// ([CHIPS](https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies)). All other
    /// rules stay in force: nonces are issued to pages of their own host, framed or not, and never to the site around
    /// the frame. The cookie of the application's session needs the same attributes. [The
    /// guide](crate::guide::logins#games-in-frames) explains the consequences, and what Discord and itch.io need.
    ///
    /// ```
    /// use http::Request;
    /// use sequence_auth::{LoginCookies, NonceKey, Nonces};
    ///
    /// let cookies = LoginCookies::default().allow_cross_site_frames();
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies).build()?;
    ///
    /// let response = nonces.respond_to(&Request::new(()));
    /// let cookie = response.headers()["set-cookie"].to_str().expect("ASCII");
    /// assert!(cookie.ends_with("SameSite=None; Partitioned"));
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn allow_cross_site_frames(mut self) -> Self {
        self.is_for_frames = true;
        self
    }

    /// Omits `Secure` from the cookies, for development without HTTPS in a browser that rejects `Secure` cookies there.
    /// Default: `Secure`, which most browsers accept over plain HTTP from loopback.
    ///
    /// The prefix must not start with `__` then, because browsers accept those prefixes only over HTTPS.
    ///
    /// **Not for production**: anybody on the network can set the cookie of their own login, and so log a visitor in
    /// to their own account.
    ///
    /// ```
    /// use sequence_auth::{LoginCookies, NonceKey, Nonces};
    ///
    /// let cookies = LoginCookies::new("login-").allow_plain_http();
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies).build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn allow_plain_http(mut self) -> Self {
        self.is_secure = false;
        self
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let problem = self
            .prefix_problem()
            .or_else(|| self.frame_problem())
            .or_else(|| self.origin_problem());
        problem.map_or(Ok(()), |problem| {
            Err(ConfigError::new("bound_by_login_cookies", problem))
        })
    }

    fn prefix_problem(&self) -> Option<String> {
        let prefix = &self.prefix;
        // RFC 6265 §4.1.1: the name is a token.
        if prefix.is_empty() || !prefix.bytes().all(is_token_char) {
            return Some(format!(
                "{prefix:?} is not the beginning of a cookie's name"
            ));
        }
        match (self.is_secure, prefix.starts_with("__")) {
            (true, _) if !prefix.starts_with(HOST_PREFIX) => Some(format!(
                "{prefix:?} does not begin with {HOST_PREFIX}, so that other hosts could set the cookies"
            )),
            (false, true) => Some(format!(
                "browsers do not take cookies that begin with {prefix:?} over plain HTTP"
            )),
            _ => None,
        }
    }

    fn frame_problem(&self) -> Option<String> {
        let is_impossible = self.is_for_frames && !self.is_secure;
        is_impossible.then(|| "browsers do not take cookies for frames over plain HTTP".to_owned())
    }

    fn origin_problem(&self) -> Option<String> {
        let mut origins = self.origins.iter();
        origins.find_map(|origin| origin::problem(origin, self.is_secure))
    }

    /// Returns `true` if the request comes from a page that may have a nonce, or from a client that is not a browser.
    pub(super) fn are_for(&self, head: RequestHead<'_>) -> bool {
        !is_cross_site(head) || self.is_allowed_origin(head.headers)
    }

    fn is_allowed_origin(&self, headers: &HeaderMap) -> bool {
        let origins = headers.get_all(ORIGIN).iter().map(HeaderValue::as_bytes);
        only_value(origins)
            .is_some_and(|sent| self.origins.iter().any(|origin| origin.as_bytes() == sent))
    }

    /// Returns the name of a nonce's cookie.
    pub(super) fn name(&self, nonce: &SignedNonce) -> String {
        format!("{}{:0ID_CHARS$x}", self.prefix, nonce.id())
    }

    /// Returns the `Set-Cookie` headers of a response: the cookie of a new nonce, and the removal of the oldest cookies
    /// in the request if there are too many. Returns `None` if the cookies of the login would exceed the limit of what is
    /// searched.
    pub(super) fn set_cookies(
        &self,
        nonce: &SignedNonce,
        value: &str,
        headers: &HeaderMap,
    ) -> Option<Vec<HeaderValue>> {
        let name = self.name(nonce);
        let new_bytes = "; ".len() + name.len() + "=".len() + value.len();
        let (superfluous, removed_bytes) = self.superfluous(headers)?;
        // The removed cookies are some of the cookies, and do not overlap: the difference is not negative.
        if cookie_bytes(headers) - removed_bytes + new_bytes > LIMIT_COOKIE_BYTES {
            return None;
        }
        let lifetime = nonce.lifetime();
        let seconds = lifetime.as_secs() + u64::from(lifetime.subsec_nanos() > 0);
        let new = self.set_cookie(&name, value, seconds);
        let removals = superfluous.into_iter();
        let removals = removals.map(|id| self.set_cookie(&format!("{}{id}", self.prefix), "", 0));
        Some([new].into_iter().chain(removals).collect())
    }

    /// Returns the IDs of the oldest cookies in a request, as many as must be removed to make room for a new cookie, and
    /// the size of these cookies without what separates them. Returns `None` if there are too many to search.
    fn superfluous<'a>(&self, headers: &'a HeaderMap) -> Option<(Vec<&'a str>, usize)> {
        let rests = rests_of_cookies(headers, &Finder::new(&self.prefix)).collect();
        let rests: Vec<_> = Result::ok(rests)?;
        let with_size = |rest: &'a [u8]| Some((id(rest)?, self.prefix.len() + rest.len()));
        let mut found: Vec<_> = rests.into_iter().filter_map(with_size).collect();
        // An ID starts with the time of issue, so this is the order of issue.
        found.sort_unstable();
        let mut ids: Vec<_> = found.iter().map(|(id, _)| *id).collect();
        ids.dedup();
        let superfluous = (ids.len() + 1).saturating_sub(LIMIT_LOGIN_COOKIES);
        ids.truncate(superfluous.min(LIMIT_REMOVED_LOGIN_COOKIES));
        let removed = found.iter().take_while(|(id, _)| Some(id) <= ids.last());
        let bytes = removed.map(|(_, bytes)| bytes).sum();
        Some((ids, bytes))
    }

    fn set_cookie(&self, name: &str, value: &str, max_age: u64) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let same_site = if self.is_for_frames {
            "None; Partitioned"
        } else {
            "Strict"
        };
        let text = format!(
            "{name}={value}; Path=/; Max-Age={max_age}; HttpOnly{secure}; SameSite={same_site}"
        );
        let cookie = HeaderValue::try_from(text);
        let mut cookie = cookie.expect("names, values and attributes are visible ASCII");
        cookie.set_sensitive(true);
        cookie
    }
}

/// Uses the prefix `__Host-login-`.
impl Default for LoginCookies {
    fn default() -> Self {
        Self::new(DEFAULT_LOGIN_COOKIE_PREFIX)
    }
}

/// Returns the ID at the start of a cookie pair whose prefix was removed.
fn id(rest: &[u8]) -> Option<&str> {
    let (id, value) = rest.split_at_checked(ID_CHARS)?;
    let is_id = id
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_id && value.starts_with(b"=")).then(|| str::from_utf8(id).ok())?
}
