//! One place in a request where a token may be.

use std::{
    borrow::Cow,
    fmt::{self, Display},
    sync::Arc,
};

use http::{
    HeaderMap, HeaderName, Method, Uri,
    header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL},
};

use super::{
    bearer,
    cookie::TokenCookie,
    credentials,
    found::{Found, Located},
    header,
    headers::RequestHead,
    json_field, subprotocol,
};
use crate::{
    error::{
        AuthErrorKind::{
            self, MalformedAuthorization, MalformedTokenCookie, MalformedTokenHeader,
            MalformedTokenProtocol,
        },
        ConfigError,
    },
    observe::SourceKind,
};

/// A place in a request where a token may be.
///
/// A layer [asks its sources](crate::SequenceAuthLayer::sources) in their order, and the first that holds credentials
/// decides: if these are bad, the request is refused, whatever the other sources hold. A request in which no source
/// holds any has no token.
///
/// # Example
///
/// A browser application whose pages send a cookie and whose other clients send a bearer token. The bearer token comes
/// first: a browser sends the cookie by itself.
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
pub struct TokenSource(Source);

#[derive(Clone)]
enum Source {
    Bearer,
    Header(HeaderName),
    Cookie(TokenCookie),
    Subprotocol(Arc<str>),
    JsonField(Cow<'static, str>),
    Custom(Arc<Find>),
}

type Find = dyn Fn(&Method, &Uri, &HeaderMap) -> Option<String> + Send + Sync;

impl TokenSource {
    /// The field of Embedded Wallet's official guide.
    pub(super) const SEQUENCE_TOKEN: Self = Self(Source::JsonField(Cow::Borrowed("sequenceToken")));
    /// The field of OMS Wallet's client. The tokens of other vendors use this name, too.
    pub(super) const ID_TOKEN: Self = Self(Source::JsonField(Cow::Borrowed("idToken")));

    /// Takes the token from the header `Authorization` with the scheme `Bearer`, in any case (RFC 6750 §2.1).
    ///
    /// Two `Authorization` headers are answered with 400, and so is `Bearer` without a token or with characters that no
    /// token has. With another scheme the next source is asked.
    #[must_use]
    pub const fn bearer() -> Self {
        Self(Source::Bearer)
    }

    /// Takes the token from a header of your own, such as `x-sequence-token`: the bare token, or `Bearer` before it.
    ///
    /// A header that comes twice is answered with 400. With a blank one the next source is asked.
    ///
    /// # Errors
    ///
    /// If it is not the name of a header, or if that header has a source of its own (`Cookie`,
    /// `Sec-WebSocket-Protocol`).
    pub fn header(name: &str) -> Result<Self, ConfigError> {
        header::check_name(name).map(|name| Self(Source::Header(name)))
    }

    /// Takes the token from a cookie.
    ///
    /// Browsers send cookies by themselves, also with requests that another site makes. So a token from a cookie is
    /// answered with 403 ([`CrossSiteCookie`](AuthErrorKind::CrossSiteCookie)) if the method is not safe (anything but
    /// `GET`, `HEAD`, `OPTIONS`, `TRACE`) or the request opens another protocol (`Upgrade`, as for a WebSocket), and
    /// the browser says that it is not the application's own: `Sec-Fetch-Site` is neither `same-origin` nor `none`, or
    /// `Origin` is not the host of the request. `GET` must not change anything, as ever.
    ///
    /// A reverse proxy has to pass on the host that the browser named (nginx: `proxy_set_header Host $http_host`), or
    /// the `Origin` of every such request is another one. So it is in the forms of pages with `Referrer-Policy:
    /// no-referrer`: their `Origin` is `null`.
    ///
    /// Set the cookie with `__Host-` before its name, `Secure`, `HttpOnly`, `SameSite=Strict` or `Lax`, and a `Max-Age`
    /// that ends with the token: an expired token is refused also where a token is
    /// [optional](crate::SequenceAuthLayer::optional). Two cookies of the name are answered with 400, and so is a
    /// cookie among more than 16 KiB of them. With an empty one, as sites leave it at a sign-out, the next source is
    /// asked.
    ///
    /// # Errors
    ///
    /// If it is not the name of a cookie (RFC 6265 §4.1.1).
    pub fn cookie(name: &str) -> Result<Self, ConfigError> {
        TokenCookie::new(name).map(|cookie| Self(Source::Cookie(cookie)))
    }

    /// Accepts tokens from the [cookie](Self::cookie) in requests of other sites, too.
    ///
    /// Then any page that a player visits can act in the player's name, unless something else prevents that: a token
    /// against cross-site request forgery in each form, say. It has no effect on other sources.
    #[must_use]
    pub fn dangerous_accept_cross_site(mut self) -> Self {
        if let Source::Cookie(cookie) = &mut self.0 {
            cookie.accepts_cross_site = true;
        }
        self
    }

    /// Takes the token from the entry of `Sec-WebSocket-Protocol` that starts with this prefix, for WebSockets of
    /// browsers, which can set no other header: `new WebSocket(url, ["game.v1", "token." + token])` for the prefix `token.`.
    ///
    /// The entry is taken out before the inner service sees the request, whichever source decided, so that no server
    /// can choose it and echo the token. A browser gives up if the server chooses none of its protocols, so the client
    /// has to offer a second one (here `game.v1`) for the server to choose.
    ///
    /// Two entries with the prefix are answered with 400, and so is one without a token, or among more than 16 KiB.
    ///
    /// # Errors
    ///
    /// If the prefix is empty, or has characters that no subprotocol has (RFC 9110 §5.6.2).
    pub fn subprotocol(prefix: &str) -> Result<Self, ConfigError> {
        subprotocol::check_prefix(prefix)?;
        Ok(Self(Source::Subprotocol(prefix.into())))
    }

    /// Takes the token from a field of a JSON object in the body.
    ///
    /// The body is read only if the method may carry one, no content coding is applied, and its type is that of one
    /// JSON document. It is handed on byte for byte. All JSON fields of a layer are looked for at once, when the first
    /// of them is asked: a field that comes twice, or two of the fields, are answered with 400, and so is a field that
    /// is not a string. Without a source of this kind a layer reads no body. Put it last: a body that is too large to
    /// search is answered with 413, whatever the sources after it hold.
    ///
    /// Where a token is [optional](crate::SequenceAuthLayer::optional), a body that cannot be searched holds none: the
    /// sources after this one are asked, and without a token there the request passes as anonymous.
    ///
    /// # Errors
    ///
    /// If the name is empty, or has characters that are not printable ASCII, or `"` or `\`.
    pub fn json_field(name: &str) -> Result<Self, ConfigError> {
        json_field::check_name(name)?;
        Ok(Self(Source::JsonField(Cow::Owned(name.to_owned()))))
    }

    /// Takes the token from any other part of the head of a request. The function returns the token, or `None` to have
    /// the next source asked.
    ///
    /// It is called for each request that gets so far, and must not block. A header that it reads is not kept out of
    /// what prints headers: mark its value [sensitive](http::HeaderValue::set_sensitive) in a layer before this one. A
    /// token in the query string ends in the logs of servers and proxies. A cookie that it reads is not checked against
    /// requests of other sites: use [`cookie`](Self::cookie).
    #[must_use]
    pub fn from_fn<F>(find: F) -> Self
    where
        F: Fn(&Method, &Uri, &HeaderMap) -> Option<String> + Send + Sync + 'static,
    {
        Self(Source::Custom(Arc::new(find)))
    }

    /// Looks whether a request holds a token here, or may hold one in its body.
    pub(super) fn search<'a>(
        &self,
        head: RequestHead<'a>,
    ) -> Result<Option<Located<'a>>, AuthErrorKind> {
        let token = match &self.0 {
            Source::Bearer => bearer::find(head.headers)?,
            Source::Header(name) => header::find(head.headers, name)?,
            Source::Cookie(cookie) => cookie.find(head)?,
            Source::Subprotocol(prefix) => subprotocol::find(head.headers, prefix)?,
            Source::JsonField(_) => {
                let applies = json_field::applies(head.method, head.headers);
                return Ok(applies.then_some(Located::Body));
            }
            Source::Custom(find) => {
                let token = find(head.method, head.uri, head.headers);
                let token = token.map(|token| Cow::Owned(token.into_bytes()));
                return Ok(token.map(|token| Located::Token(Found::new(token, self.kind()))));
            }
        };
        Ok(token.map(|token| Located::Token(Found::new(Cow::Borrowed(token), self.kind()))))
    }

    pub(super) fn json_field_name(&self) -> Option<&str> {
        match &self.0 {
            Source::JsonField(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> SourceKind {
        match self.0 {
            Source::Bearer => SourceKind::Bearer,
            Source::Header(_) => SourceKind::Header,
            Source::Cookie(_) => SourceKind::Cookie,
            Source::Subprotocol(_) => SourceKind::Subprotocol,
            Source::JsonField(_) => SourceKind::JsonField,
            Source::Custom(_) => SourceKind::Custom,
        }
    }

    /// Returns the header that may hold the token.
    pub(super) fn header_name(&self) -> Option<&HeaderName> {
        match &self.0 {
            Source::Bearer => Some(&AUTHORIZATION),
            Source::Header(name) => Some(name),
            Source::Cookie(_) => Some(&COOKIE),
            Source::Subprotocol(_) => Some(&SEC_WEBSOCKET_PROTOCOL),
            Source::JsonField(_) | Source::Custom(_) => None,
        }
    }

    /// Keeps tokens out of what prints headers after this layer, and out of what echoes them.
    pub(super) fn conceal(&self, headers: &mut HeaderMap) {
        if let Source::Subprotocol(prefix) = &self.0 {
            subprotocol::remove(headers, prefix);
        }
        if let Some(name) = self.header_name() {
            mark_sensitive(headers, name);
        }
    }

    /// Says why a request holds no token here.
    pub(super) fn absence(&self, head: RequestHead<'_>) -> Cow<'static, str> {
        match &self.0 {
            Source::Bearer => bearer::absence(head.headers).into(),
            Source::JsonField(_) => json_field::absence(head.method, head.headers),
            _ => "there is none".into(),
        }
    }
}

fn mark_sensitive(headers: &mut HeaderMap, name: &HeaderName) {
    if headers.len() == headers.keys_len() {
        // The usual case: no header comes twice.
        if let Some(value) = headers.get_mut(name) {
            value.set_sensitive(true);
        }
        return;
    }
    for (_, value) in headers.iter_mut().filter(|(other, _)| *other == name) {
        value.set_sensitive(true);
    }
}

/// Says where a client has to put the token.
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

impl SourceKind {
    /// Returns the refusal of a token from here that was refused as `kind`: RFC 6750 §3.1 tells a malformed
    /// request (400) from a bad token (401).
    pub(super) fn refusal(self, token: &[u8], kind: AuthErrorKind) -> AuthErrorKind {
        let malformed = match self {
            Self::Bearer => MalformedAuthorization,
            Self::Header => MalformedTokenHeader,
            Self::Cookie => MalformedTokenCookie,
            Self::Subprotocol => MalformedTokenProtocol,
            Self::JsonField | Self::Custom => return kind,
        };
        credentials::refusal(token, kind, malformed)
    }
}
