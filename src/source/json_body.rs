//! The field `sequenceToken` of a JSON body, as the official guide sends it.

use std::borrow::Cow;

use http::{
    HeaderMap, Method,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde::de::{IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use crate::{
    error::AuthErrorKind,
    grpc,
    json::{self, Members, Text},
};

const FIELD: &str = "sequenceToken";

/// Tells whether this request's body is one to look into: plain JSON, with a method that may carry a
/// body (RFC 9110 §9.3).
pub(crate) fn applies(method: &Method, headers: &HeaderMap) -> bool {
    let may_have_body = !matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE | Method::CONNECT
    );
    may_have_body && is_json(headers) && is_plain(headers)
}

/// Finds the token in a whole body. What stands beside it is the application's and is not judged.
pub(crate) fn find(body: &[u8]) -> Result<Option<Cow<'_, str>>, AuthErrorKind> {
    let text = str::from_utf8(body).map_err(|_| AuthErrorKind::MalformedBody)?;
    if !text.trim_start().starts_with('{') {
        return serde_json::from_str::<IgnoredAny>(text)
            .map(|_| None)
            .map_err(|_| AuthErrorKind::MalformedBody);
    }
    let fields =
        json::read(text, TokenFields::default()).map_err(|_| AuthErrorKind::MalformedBody)?;
    fields.token()
}

/// Tells `application/json` and the `+json` suffix (RFC 6839 §3.1) in a single header. What gRPC calls
/// `application/grpc+json` is a stream of framed messages, no JSON document.
fn is_json(headers: &HeaderMap) -> bool {
    if grpc::is_grpc(headers) {
        return false;
    }
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    let Some((_, subtype)) = essence.split_once('/') else {
        return false;
    };
    let suffix = subtype.rsplit_once('+').map(|(_, suffix)| suffix);
    essence.eq_ignore_ascii_case("application/json")
        || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"))
}

/// Tells that no content coding but `identity` is applied (RFC 9110 §8.4).
fn is_plain(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

#[derive(Default)]
struct TokenFields<'de> {
    value: Option<&'de RawValue>,
    repeated: bool,
}

impl<'de> TokenFields<'de> {
    fn token(self) -> Result<Option<Cow<'de, str>>, AuthErrorKind> {
        if self.repeated {
            return Err(AuthErrorKind::RepeatedTokenField);
        }
        let Some(value) = self.value else {
            return Ok(None);
        };
        if !value.get().starts_with('"') {
            return Err(AuthErrorKind::TokenFieldNotString);
        }
        serde_json::from_str(value.get())
            .map(|Text(token)| Some(token))
            .map_err(|_| AuthErrorKind::MalformedBody)
    }
}

impl<'de> Members<'de> for TokenFields<'de> {
    const UNIQUE: bool = false;

    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != FIELD {
            return Ok(false);
        }
        let value = map.next_value()?;
        self.repeated |= self.value.replace(value).is_some();
        Ok(true)
    }
}
