//! A place in a request that can hold a token.

use std::{
    borrow::Cow,
    fmt::{self, Display},
    sync::Arc,
};

use http::{HeaderMap, HeaderName, Method, Uri};

use super::{cookie::TokenCookie, header, json_field, subprotocol};
use crate::error::ConfigError;

/// A place in a request that can hold a token.
///
/// A layer searches its [sources](crate::SequenceAuthLayer::sources) in order. The first source that holds credentials
/// decides: if these credentials are bad, the layer refuses the request and does not search the other sources. If every
/// source is empty, the request has no token.
///
/// Default: [`bearer`](Self::bearer), then the [JSON field](Self::json_field) `sequenceToken`, then `idToken` if the
/// layer trusts OMS Wallet.
///
/// # Example
///
/// Pages in a browser send a cookie, other clients send a bearer token. The bearer token comes first, because a browser
/// sends the cookie with every request:
///
/// ```
/// # #[cfg(feature = "http")] {
/// use sequence_auth::{SequenceAuthLayer, TokenSource};
///
/// let cookie = TokenSource::cookie("__Host-token")?;
/// let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer(), cookie]);
/// # }
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct TokenSource(pub(super) Source);

#[derive(Clone)]
pub(super) enum Source {
    Bearer,
    Header(HeaderName),
    Cookie(TokenCookie),
    Subprotocol(Arc<str>),
    JsonField(Cow<'static, str>),
    Custom(Arc<Find>),
}

pub(super) type Find = dyn Fn(&Method, &Uri, &HeaderMap) -> Option<String> + Send + Sync;

impl TokenSource {
    /// The field that Embedded Wallet's official guide uses.
    pub(super) const SEQUENCE_TOKEN: Self = Self(Source::JsonField(Cow::Borrowed("sequenceToken")));
    /// The field that OMS Wallet's client uses. Tokens of other vendors use the same name.
    pub(super) const ID_TOKEN: Self = Self(Source::JsonField(Cow::Borrowed("idToken")));

    /// Takes the token from the header `Authorization: Bearer …` (RFC 6750 §2.1). The scheme may have any letter case.
    ///
    /// If the header has another scheme, such as `Basic`, the layer searches the next source. The layer refuses with
    /// 400 two `Authorization` headers, `Bearer` without a token, and invalid characters.
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{SequenceAuthLayer, TokenSource};
    ///
    /// // Bearer tokens only: the layer never reads a body.
    /// let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer()]);
    /// assert_eq!(TokenSource::bearer().to_string(), "as a bearer token");
    /// # }
    /// ```
    #[must_use]
    pub const fn bearer() -> Self {
        Self(Source::Bearer)
    }

    /// Takes the token from a header of your own, either as the bare token or after `Bearer`.
    ///
    /// If the header is blank, the layer searches the next source. The layer refuses with 400 a header that appears
    /// twice, and invalid characters.
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is not the name of a header, or is a header that has its own kind of source
    /// (`Cookie`, `Sec-WebSocket-Protocol`).
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::TokenSource;
    ///
    /// let source = TokenSource::header("x-sequence-token")?;
    /// assert!(TokenSource::header("cookie").is_err()); // use `TokenSource::cookie`
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn header(name: &str) -> Result<Self, ConfigError> {
        header::check_name(name).map(|name| Self(Source::Header(name)))
    }

    /// Takes the token from a cookie.
    ///
    /// If the cookie is empty, as sites leave it at sign-out, the layer searches the next source. The layer refuses
    /// with 400 two cookies of this name, invalid characters, and a request with more than 16 KiB of cookies or with
    /// `name=` in them more than 128 times.
    ///
    /// # Requests of other sites
    ///
    /// Browsers also attach cookies to requests that another site makes. The layer therefore refuses a token from a
    /// cookie with 403 ([`CrossSiteCookie`](crate::AuthErrorKind::CrossSiteCookie)) if both of these are true:
    ///
    /// - The request may change something: its method is not `GET`, `HEAD`, `OPTIONS` or `TRACE`, or it has an
    ///   `Upgrade` header, as for a WebSocket.
    /// - The browser reports another site: `Sec-Fetch-Site` is present and is neither `same-origin` nor `none`, or
    ///   `Origin` is present and is not the host of the request.
    ///
    /// `GET` requests of other sites pass, so `GET` must not change anything.
    ///
    /// A reverse proxy has to pass on the host that the browser sent (nginx: `proxy_set_header Host $http_host`).
    /// Otherwise every `Origin` looks like another site. A page with `Referrer-Policy: no-referrer` sends its forms
    /// with `Origin: null`, which the layer refuses as well.
    ///
    /// # Setting the cookie
    ///
    /// Give the cookie a name with the prefix `__Host-`, and the attributes `Secure`, `HttpOnly`, `SameSite=Strict` or
    /// `Lax`, and a `Max-Age` that ends when the token expires. Without this `Max-Age`, the browser keeps sending the
    /// expired token, and the layer refuses it even on routes where a token is
    /// [optional](crate::SequenceAuthLayer::optional).
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is not the name of a cookie (RFC 6265 §4.1.1).
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::TokenSource;
    ///
    /// let cookie = TokenSource::cookie("__Host-token")?;
    /// assert_eq!(cookie.to_string(), "in the cookie __Host-token");
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn cookie(name: &str) -> Result<Self, ConfigError> {
        TokenCookie::new(name).map(|cookie| Self(Source::Cookie(cookie)))
    }

    /// Accepts tokens from the [cookie](Self::cookie) in requests of other sites as well.
    ///
    /// Any page that a player visits can then act in the player's name, unless the application prevents this by other
    /// means, for example with a CSRF token in each form. The method does not affect other kinds of sources.
    ///
    /// ```
    /// use sequence_auth::TokenSource;
    ///
    /// // This service checks a CSRF token of its own in each form.
    /// let cookie = TokenSource::cookie("__Host-token")?.dangerous_accept_cross_site();
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn dangerous_accept_cross_site(mut self) -> Self {
        if let Source::Cookie(cookie) = &mut self.0 {
            cookie.accepts_cross_site = true;
        }
        self
    }

    /// Takes the token from the entry of `Sec-WebSocket-Protocol` that starts with `prefix`.
    ///
    /// This source is for WebSockets in browsers, where a page cannot set other headers. For the prefix `token.`, the
    /// page calls `new WebSocket(url, ["game.v1", "token." + token])`. A browser closes the connection if the server
    /// selects none of the offered protocols, so the client has to offer a second protocol (here `game.v1`) that the
    /// server can select.
    ///
    /// The layer removes the entry before the inner service sees the request, even if another source decided. A server
    /// can thus not select the entry and echo the token.
    ///
    /// The layer refuses with 400 two entries with the prefix, an entry without a token or with invalid characters, and
    /// a request with more than 16 KiB of subprotocols or with the prefix in them more than 128 times.
    ///
    /// # Errors
    ///
    /// Returns an error if `prefix` is empty, or has characters that a subprotocol cannot have (RFC 9110 §5.6.2).
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::TokenSource;
    ///
    /// let source = TokenSource::subprotocol("token.")?;
    /// assert!(TokenSource::subprotocol("token:").is_err());
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn subprotocol(prefix: &str) -> Result<Self, ConfigError> {
        subprotocol::check_prefix(prefix)?;
        Ok(Self(Source::Subprotocol(prefix.into())))
    }

    /// Takes the token from a field of a JSON object in the body.
    ///
    /// The layer reads a body only if it has a source of this kind. The method must be one that may carry a body, the
    /// content coding must be absent or `identity`, and the content type must be that of one JSON document
    /// (`application/json` or `+json`). The inner service receives the body byte for byte.
    ///
    /// The layer searches for all its JSON fields at once, when it comes to the first of them. It refuses with 400 a
    /// field that appears twice, two different fields, and a field that is not a string. It refuses with 413 a body
    /// that is larger than [`body_limit`](crate::SequenceAuthLayer::body_limit), without a search of the remaining
    /// sources. Put JSON fields last.
    ///
    /// If a token is [optional](crate::SequenceAuthLayer::optional), a body that cannot be searched holds no token. The
    /// layer then searches the remaining sources, and lets the request pass as anonymous if they are empty, too.
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is blank, or has characters other than printable ASCII, or `"` or `\`.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{SequenceAuthLayer, TokenSource};
    ///
    /// let field = TokenSource::json_field("walletToken")?;
    /// let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer(), field]);
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn json_field(name: &str) -> Result<Self, ConfigError> {
        json_field::check_name(name)?;
        Ok(Self(Source::JsonField(Cow::Owned(name.to_owned()))))
    }

    /// Takes the token from another part of the request's head. The function returns the token, or `None` if there is
    /// none.
    ///
    /// The layer calls the function for each request that the earlier sources did not decide. The function must not
    /// block. Some protections of the other sources do not apply:
    ///
    /// - The layer does not mark the header as [sensitive](http::HeaderValue::set_sensitive). Do this in a layer
    ///   outside, or the token appears wherever headers are printed.
    /// - The layer does not check a cookie against requests of other sites. Use [`cookie`](Self::cookie) for cookies.
    /// - A token in the query string ends up in the logs of servers and proxies.
    ///
    /// # Example
    ///
    /// A token after a scheme of your own:
    ///
    /// ```
    /// use http::{HeaderMap, Method, Uri, header::AUTHORIZATION};
    /// use sequence_auth::TokenSource;
    ///
    /// fn after_scheme(_: &Method, _: &Uri, headers: &HeaderMap) -> Option<String> {
    ///     let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    ///     value.strip_prefix("Sequence ").map(str::to_owned)
    /// }
    ///
    /// let source = TokenSource::from_fn(after_scheme);
    /// ```
    #[must_use]
    pub fn from_fn<F>(find: F) -> Self
    where
        F: Fn(&Method, &Uri, &HeaderMap) -> Option<String> + Send + Sync + 'static,
    {
        Self(Source::Custom(Arc::new(find)))
    }
}

/// Writes where a client has to put the token, such as `as a bearer token`.
impl Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Bearer => f.write_str("as a bearer token"),
            Source::Header(name) => write!(f, "in the header {name}"),
            Source::Cookie(cookie) => write!(f, "in the cookie {}", cookie.name),
            Source::Subprotocol(prefix) => {
                write!(f, "in a Sec-WebSocket-Protocol that starts with {prefix}")
            }
            Source::JsonField(name) => write!(f, "in the JSON field {name}"),
            Source::Custom(_) => f.write_str("in a place of the application's own"),
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSource({self})")
    }
}
