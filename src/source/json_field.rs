//! A field of a JSON body, which is where the official guide sends the token.

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

use super::{BodyError, headers::is_token_char};
use crate::{
    encoding::json::Text,
    error::{AuthErrorKind, ConfigError, Escaped},
};

const MALFORMED: BodyError = BodyError::Unsearchable(AuthErrorKind::MalformedBody);

/// RFC 6838 §4.2: 127 characters each for the type and the subtype, and the `/`.
const MAX_MEDIA_TYPE_BYTES: usize = 255;

/// Checks the name of a field. The texts for clients contain the name unescaped, in JSON and in headers.
pub(super) fn check_name(name: &str) -> Result<(), ConfigError> {
    let is_fit = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if name.trim().is_empty() || !name.bytes().all(is_fit) {
        let name = Escaped(name);
        let problem = format!(
            "`{name}` is not a field name: it is blank, or has characters other than printable ASCII, or a quote or \
             a backslash"
        );
        return Err(ConfigError::new("json_field", problem));
    }
    Ok(())
}

/// Returns `true` if the body has to be searched: it is plain JSON, and the method may carry a body.
pub(super) fn applies(method: &Method, headers: &HeaderMap) -> bool {
    may_have_body(method) && is_json(headers) && is_plain(headers)
}

/// Returns the reason why the body of a request does not hold a token.
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

/// Finds the token in one of these fields of a complete body. The other members belong to the application. They only
/// have to be valid JSON.
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

// RFC 8259 §2: JSON has only these four white-space characters.
fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn read<'de>(text: &'de str, fields: &[&str]) -> serde_json::Result<TokenFields<'de>> {
    let mut json = serde_json::Deserializer::from_str(text);
    let found = json.deserialize_map(TokenFieldsReader(fields))?;
    json.end()?;
    Ok(found)
}

/// Returns `true` if a single content type says JSON: `application/json`, or the suffix `+json` (RFC 6839 §3.1).
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

/// Returns the media type without its parameters, which are ignored: two tokens with a slash between (RFC 9110 §8.3.1).
fn media_type(value: &[u8]) -> Option<&str> {
    let start = &value[..value.len().min(MAX_MEDIA_TYPE_BYTES + 1)];
    let end = memchr(b';', start).unwrap_or(start.len());
    let text = str::from_utf8(&start[..end]).ok()?.trim();
    let (name, subtype) = text.split_once('/')?;
    let is_token = |word: &str| !word.is_empty() && word.bytes().all(is_token_char);
    (end <= MAX_MEDIA_TYPE_BYTES && is_token(name) && is_token(subtype)).then_some(text)
}

/// Returns `true` for a subtype with the suffix `+json` that means one JSON document. A stream has many documents, in
/// sequence or in frames: the types of gRPC, gRPC-Web and Connect, and names that end in `stream`, `ndjson` or `jsonl`.
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

/// Returns `true` if the content coding is absent or `identity` (RFC 9110 §8.4).
fn is_plain(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    let coding = codings.next();
    coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
        && codings.next().is_none()
}

#[derive(Default)]
struct TokenFields<'de> {
    value: Option<&'de RawValue>,
    /// There is more than one field.
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

/// Takes the fields with these names, in any position. Other names are compared but not stored: memory stays constant
/// for a body with very many members, and each member costs the same.
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

/// Compares a member's name, with its escapes resolved, to the names of the fields.
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
