//! An entry of `Sec-WebSocket-Protocol` (RFC 6455 §11.3.4), the only header that a page can set for a WebSocket.

use http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_PROTOCOL};

use super::{credentials::bare_token, headers::is_token_char};
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
    let mut tokens = headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .flat_map(entries)
        .filter_map(|entry| entry.strip_prefix(prefix.as_bytes()));
    let Some(token) = tokens.next() else {
        return Ok(None);
    };
    if tokens.next().is_some() {
        return Err(RepeatedTokenProtocol);
    }
    let token = bare_token(token).map_err(|unfit| unfit.refusal(MalformedTokenProtocol))?;
    token.map(Some).ok_or(MalformedTokenProtocol)
}

/// Removes the entries with the prefix. A server can thus not select such an entry and echo the token in its response.
pub(super) fn remove(headers: &mut HeaderMap, prefix: &str) {
    let is_token = |protocol: &&[u8]| protocol.starts_with(prefix.as_bytes());
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    if !values
        .iter()
        .flat_map(entries)
        .any(|entry| is_token(&entry))
    {
        return;
    }
    let others = values.iter().flat_map(entries);
    let others: Vec<_> = others.filter(|entry| !is_token(entry)).collect();
    let others = HeaderValue::from_bytes(&others.join(&b", "[..])).ok();
    // The parts come from valid header values, so their concatenation is valid, too.
    match others.filter(|others| !others.is_empty()) {
        Some(others) => headers.insert(SEC_WEBSOCKET_PROTOCOL, others),
        None => headers.remove(SEC_WEBSOCKET_PROTOCOL),
    };
}

fn entries(value: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    let entries = value.as_bytes().split(|byte| *byte == b',');
    entries
        .map(<[u8]>::trim_ascii)
        .filter(|entry| !entry.is_empty())
}

/// The limit is that of cookies.
fn is_too_large(headers: &HeaderMap) -> bool {
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    values.map(HeaderValue::len).sum::<usize>() > LIMIT_COOKIE_BYTES
}
