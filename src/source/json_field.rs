//! A field of a JSON body, as the official guide sends the token.

use std::{borrow::Cow, fmt};

use http::{
    HeaderMap, Method,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use memchr::memchr;
use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::BodyError;
use crate::{
    encoding::json::Text,
    error::{AuthErrorKind, ConfigError, Escaped},
};

const MALFORMED: BodyError = BodyError::Unsearchable(AuthErrorKind::MalformedBody);

/// RFC 6838 §4.2: 127 characters for the type, as many for the subtype.
const MAX_MEDIA_TYPE_BYTES: usize = 255;

/// Checks the name of a field. It stands as it is in the texts for clients, in JSON and in headers.
pub(super) fn check_name(name: &str) -> Result<(), ConfigError> {
    let is_fit = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if name.trim().is_empty() || !name.bytes().all(is_fit) {
        let name = Escaped(name);
        let problem = format!(
            "`{name}` is blank, or is not of printable ASCII without quotes and backslashes"
        );
        return Err(ConfigError::new("json_field", problem));
    }
    Ok(())
}

/// Returns `true` if the body of a request is one to look into: plain JSON, with a method that may carry a body.
pub(super) fn applies(method: &Method, headers: &HeaderMap) -> bool {
    may_have_body(method) && is_json(headers) && is_plain(headers)
}

/// Says why the body of a request holds no token.
pub(super) fn absence(method: &Method, headers: &HeaderMap) -> Cow<'static, str> {
    if !may_have_body(method) {
        return "the method carries no body".into();
    }
    let mut content_types = headers.get_all(CONTENT_TYPE).iter();
    match (content_types.next(), content_types.next()) {
        (None, _) => "there is no content-type".into(),
        (Some(_), Some(_)) => "content-type comes twice".into(),
        (Some(content_type), None) if !is_json(headers) => {
            let content_type = String::from_utf8_lossy(content_type.as_bytes());
            format!("content-type is {}", Escaped(content_type)).into()
        }
        _ if !is_plain(headers) => "a content-encoding is applied".into(),
        _ => "the body does not hold it".into(),
    }
}

/// RFC 9110 §9.3.
fn may_have_body(method: &Method) -> bool {
    !matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE | Method::CONNECT
    )
}

/// Finds the token in one of these fields of a whole body. The other members belong to the application; they only have
/// to be valid JSON.
pub(super) fn find<'a>(body: &'a [u8], fields: &[&str]) -> Result<Option<Cow<'a, str>>, BodyError> {
    if body.is_empty() {
        return Ok(None);
    }
    let text = str::from_utf8(body).map_err(|_| MALFORMED)?;
    let text = &text[text.bytes().take_while(is_space).count()..];
    if !text.starts_with('{') {
        return serde_json::from_str::<IgnoredAny>(text)
            .map(|_| None)
            .map_err(|_| MALFORMED);
    }
    let found = read(text, fields).map_err(|_| MALFORMED)?;
    found.token()
}

// RFC 8259 §2: no other white space is.
fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn read<'de>(text: &'de str, fields: &[&str]) -> serde_json::Result<TokenFields<'de>> {
    let mut json = serde_json::Deserializer::from_str(text);
    let found = json.deserialize_map(TokenFieldsReader(fields))?;
    json.end()?;
    Ok(found)
}

/// Tells a JSON document in a single header: `application/json`, or the suffix `+json` (RFC 6839 §3.1).
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Some(media_type) = media_type(value.as_bytes()) else {
        return false;
    };
    let subtype = media_type.split_once('/').map(|(_, subtype)| subtype);
    media_type.eq_ignore_ascii_case("application/json") || subtype.is_some_and(is_document)
}

/// Returns what stands before the parameters, which nobody looks at.
fn media_type(value: &[u8]) -> Option<&str> {
    let start = &value[..value.len().min(MAX_MEDIA_TYPE_BYTES + 1)];
    let end = memchr(b';', start).unwrap_or(start.len());
    let text = str::from_utf8(&start[..end]).ok()?;
    (end <= MAX_MEDIA_TYPE_BYTES).then(|| text.trim())
}

/// Tells the suffix `+json` behind anything but the name of a stream, which is many documents in a row or in frames:
/// those of gRPC, gRPC-Web and Connect, and what says that it is one.
fn is_document(subtype: &str) -> bool {
    let Some((name, suffix)) = subtype.rsplit_once('+') else {
        return false;
    };
    let is = |word: &str, names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    let mut words = name.split(['.', '-', '+']);
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or(first);
    let is_stream = is(first, &["connect", "grpc"]) || is(last, &["stream", "ndjson", "jsonl"]);
    suffix.eq_ignore_ascii_case("json") && !is_stream
}

/// Tells that no content coding but `identity` is applied (RFC 9110 §8.4).
fn is_plain(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    let coding = codings.next();
    coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
        && codings.next().is_none()
}

#[derive(Default)]
struct TokenFields<'de> {
    value: Option<&'de RawValue>,
    /// There is more than one.
    repeated: bool,
}

impl<'de> TokenFields<'de> {
    fn token(self) -> Result<Option<Cow<'de, str>>, BodyError> {
        if self.repeated {
            return Err(BodyError::Refused(AuthErrorKind::RepeatedTokenField));
        }
        let Some(value) = self.value else {
            return Ok(None);
        };
        if !value.get().starts_with('"') {
            return Err(BodyError::Refused(AuthErrorKind::TokenFieldNotString));
        }
        serde_json::from_str(value.get())
            .map(|Text(token)| Some(token))
            .map_err(|_| MALFORMED)
    }
}

/// Takes the fields of these names wherever they stand. The names of the others are compared and never kept, so that
/// very many of them take little, and each the same.
struct TokenFieldsReader<'a>(&'a [&'a str]);

impl<'de> Visitor<'de> for TokenFieldsReader<'_> {
    type Value = TokenFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TokenFields<'de>, A::Error> {
        let mut fields = TokenFields::default();
        while let Some(is_field) = map.next_key_seed(IsOneOf(self.0))? {
            if is_field {
                fields.repeated |= fields.value.replace(map.next_value()?).is_some();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

/// Compares a member's name, once its escapes are resolved, with those of the fields.
struct IsOneOf<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for IsOneOf<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsOneOf<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(self.0.contains(&name))
    }
}
