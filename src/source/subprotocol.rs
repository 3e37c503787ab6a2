//! An entry of `Sec-WebSocket-Protocol` (RFC 6455 §11.3.4), the only header that a page can set for a WebSocket.

use http::{HeaderMap, HeaderValue, Request, header::SEC_WEBSOCKET_PROTOCOL};
use memchr::memmem::Finder;

use super::{
    credentials::bare_token,
    headers::is_token_char,
    list::{Ambiguous, at_most_one, bytes_of_lists, rests_of_entries},
};
use crate::{
    defaults::LIMIT_COOKIE_BYTES,
    error::{
        AuthErrorKind::{self, MalformedTokenProtocol, RepeatedTokenProtocol},
        ConfigError, Escaped,
    },
};

/// Checks the prefix of an entry that holds a token.
pub(super) fn check_prefix(prefix: &str) -> Result<(), ConfigError> {
    if prefix.is_empty() || !prefix.bytes().all(is_token_char) {
        let prefix = Escaped(prefix);
        let problem = format!("`{prefix}` cannot be the start of a subprotocol");
        return Err(ConfigError::new("subprotocol", problem));
    }
    Ok(())
}

/// Finds the token after the prefix.
pub(super) fn find<'a>(
    headers: &'a HeaderMap,
    prefix: &str,
) -> Result<Option<&'a [u8]>, AuthErrorKind> {
    if is_too_large(headers) {
        return Err(MalformedTokenProtocol);
    }
    let token = only_token(headers, prefix)
        .map_err(|ambiguous| ambiguous.refusal(RepeatedTokenProtocol, MalformedTokenProtocol))?;
    let Some(token) = token else {
        return Ok(None);
    };
    let token = bare_token(token).map_err(|unfit| unfit.refusal(MalformedTokenProtocol))?;
    token.map(Some).ok_or(MalformedTokenProtocol)
}

/// Returns what follows the prefix in the entry that has it.
fn only_token<'a>(headers: &'a HeaderMap, prefix: &str) -> Result<Option<&'a [u8]>, Ambiguous> {
    let lists = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let lists = lists.map(HeaderValue::as_bytes);
    at_most_one(rests_of_entries(lists, b',', &Finder::new(prefix)))
}

/// The entries that a layer has removed from a request, for a layer further inside. Code behind the layers cannot read
/// them: the type is private, and has no `Debug`.
#[derive(Clone)]
struct Hidden(HeaderValue);

/// Hides the entries with the prefix. A server can thus not select such an entry and echo the token in its response.
pub(super) fn hide<B>(request: &mut Request<B>, prefix: &str) {
    // Most requests have no such entry, and nothing is allocated for them.
    if let Ok(None) = only_token(request.headers(), prefix) {
        return;
    }
    let (tokens, others) = split(request.headers().get_all(SEC_WEBSOCKET_PROTOCOL), prefix);
    match others {
        Some(others) => request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, others),
        None => request.headers_mut().remove(SEC_WEBSOCKET_PROTOCOL),
    };
    let hidden = request.extensions_mut().remove::<Hidden>();
    let hidden = hidden.iter().map(|Hidden(hidden)| hidden);
    if let Some(hidden) = joined(hidden.chain(&tokens).flat_map(entries)) {
        request.extensions_mut().insert(Hidden(hidden));
    }
}

/// Restores the entries with the prefix that a layer further outside has hidden.
pub(super) fn reveal<B>(request: &mut Request<B>, prefix: &str) {
    let Some(Hidden(hidden)) = request.extensions_mut().remove() else {
        return;
    };
    let (tokens, others) = split([&hidden], prefix);
    if let Some(others) = others {
        request.extensions_mut().insert(Hidden(others));
    }
    let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    let offered = offered.iter().chain(&tokens);
    if let Some(offered) = joined(offered.flat_map(entries)) {
        request
            .headers_mut()
            .insert(SEC_WEBSOCKET_PROTOCOL, offered);
    }
}

/// Returns the entries with the prefix, and the other entries.
fn split<'a>(
    values: impl IntoIterator<Item = &'a HeaderValue>,
    prefix: &str,
) -> (Option<HeaderValue>, Option<HeaderValue>) {
    let is_token = |entry: &&[u8]| entry.starts_with(prefix.as_bytes());
    let all = values.into_iter().flat_map(entries);
    let (tokens, others): (Vec<_>, Vec<_>) = all.partition(is_token);
    (joined(tokens), joined(others))
}

/// Returns a header value with these entries, or `None` if there are none.
fn joined<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<HeaderValue> {
    let entries: Vec<_> = entries.into_iter().collect();
    // The parts come from valid header values, so their concatenation is valid, too.
    let joined = HeaderValue::from_bytes(&entries.join(&b", "[..])).ok();
    joined.filter(|joined| !joined.is_empty())
}

fn entries(value: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    let entries = value.as_bytes().split(|byte| *byte == b',');
    entries
        .map(<[u8]>::trim_ascii)
        .filter(|entry| !entry.is_empty())
}

/// The limit is that of cookies.
fn is_too_large(headers: &HeaderMap) -> bool {
    bytes_of_lists(headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter()) > LIMIT_COOKIE_BYTES
}
