//! A header of the application's own, with the bare token or with `Bearer` before the token.

use http::{
    HeaderMap, HeaderName,
    header::{COOKIE, SEC_WEBSOCKET_PROTOCOL},
};

use super::{
    credentials::{bare_token, bearer_token},
    headers::is_token_char,
};
use crate::error::{
    AuthErrorKind::{self, MalformedTokenHeader, RepeatedTokenHeader},
    ConfigError, Escaped,
};

/// Checks the name of a header that may hold a token.
pub(super) fn check_name(name: &str) -> Result<HeaderName, ConfigError> {
    let parsed = name.parse::<HeaderName>().ok();
    let Some(name) = parsed.filter(|name| name.as_str().bytes().all(is_token_char)) else {
        let problem = format!("`{}` is not the name of a header", Escaped(name));
        return Err(ConfigError::new("header", problem));
    };
    let problem = match name {
        COOKIE => "use `TokenSource::cookie` for cookies",
        SEC_WEBSOCKET_PROTOCOL => "use `TokenSource::subprotocol` for subprotocols",
        _ => return Ok(name),
    };
    Err(ConfigError::new("header", problem))
}

/// Finds the token. A blank header counts as missing.
pub(super) fn find<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a [u8]>, AuthErrorKind> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(RepeatedTokenHeader);
    }
    let value = value.as_bytes();
    let token = match bearer_token(value) {
        Ok(None) => bare_token(value),
        token => token,
    };
    token.map_err(|unfit| unfit.refusal(MalformedTokenHeader))
}
