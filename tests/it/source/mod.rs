//! The places of a request that may hold its token.

pub(crate) mod bearer;
mod concealment;
mod cookie;
mod custom;
mod defaults;
mod header;
mod id_token;
pub(crate) mod json_body;
mod missing_token;
mod names;
mod order;
mod subprotocol;
mod websocket;

use http::{HeaderName, HeaderValue, Method, Request};
use sequence_auth::{SequenceAuthLayer, TokenSource};

use crate::support::{Script, layer, without_token};

pub(crate) const HEADER: &str = "x-sequence-token";
pub(crate) const COOKIE: &str = "__Host-token";
pub(crate) const PREFIX: &str = "token.";
const CUSTOM: &str = "x-custom";

/// A place for tokens: the source that reads it, and a function that puts a token there.
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) source: fn() -> TokenSource,
    pub(crate) put: fn(Request<Script>, &str) -> Request<Script>,
}

/// A place of each kind.
pub(crate) const PLACES: [Place; 6] = [
    Place {
        name: "bearer",
        source: TokenSource::bearer,
        put: |request, token| with(request, "authorization", format!("Bearer {token}")),
    },
    Place {
        name: "header",
        source: || TokenSource::header(HEADER).unwrap(),
        put: |request, token| with(request, HEADER, token),
    },
    Place {
        name: "cookie",
        source: || TokenSource::cookie(COOKIE).unwrap(),
        put: |request, token| with(request, "cookie", format!("a=b; {COOKIE}={token}; c=d")),
    },
    Place {
        name: "subprotocol",
        source: || TokenSource::subprotocol(PREFIX).unwrap(),
        put: |request, token| {
            let protocols = format!("game.v2, {PREFIX}{token}, game.v1");
            with(request, "sec-websocket-protocol", &protocols)
        },
    },
    Place {
        name: "json_field",
        source: || TokenSource::json_field("token").unwrap(),
        put: |request, token| with_body(request, &format!(r#"{{"token":"{token}"}}"#)),
    },
    Place {
        name: "custom",
        source: || {
            TokenSource::from_fn(|_, _, headers| {
                let value = headers.get(CUSTOM)?.to_str().ok()?;
                Some(value.to_owned())
            })
        },
        put: |request, token| with(request, CUSTOM, token),
    },
];

/// A layer with a single source.
pub(crate) fn looking_in(source: TokenSource) -> SequenceAuthLayer {
    layer().sources([source])
}

/// Adds a line to the headers of a request.
pub(crate) fn with(
    mut request: Request<Script>,
    name: &'static str,
    value: impl AsRef<[u8]>,
) -> Request<Script> {
    let value = HeaderValue::from_bytes(value.as_ref()).unwrap();
    let name = HeaderName::from_static(name);
    request.headers_mut().append(name, value);
    request
}

/// Gives a request a JSON body.
pub(crate) fn with_body(mut request: Request<Script>, body: &str) -> Request<Script> {
    *request.method_mut() = Method::POST;
    *request.body_mut() = body.into();
    with(request, "content-type", "application/json")
}

/// A request with these lines of the same header.
pub(crate) fn with_lines<V: AsRef<[u8]>>(
    name: &'static str,
    lines: impl IntoIterator<Item = V>,
) -> Request<Script> {
    let add = |request, line: V| with(request, name, line);
    lines.into_iter().fold(without_token(), add)
}
