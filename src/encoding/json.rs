//! Strict reading of JSON objects from an untrusted source, with the same visitor for all objects.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A receiver for the members of a JSON object, in the order in which [`read`] finds them.
pub(crate) trait Members<'de> {
    /// The maximum number of members in the object.
    const MAX: usize = usize::MAX;

    /// Takes the value of the member `name` from `map`, or returns `false` without touching it.
    ///
    /// The escapes in `name` are resolved.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads `text` as exactly one JSON object. A repeated member is an error, even if `members` does not know its name.
///
/// Values that `members` does not take are checked for syntax but never built. The result therefore depends neither on
/// the features of serde_json nor on the depth of such values.
pub(crate) fn read<'de, M: Members<'de>>(text: &'de str, members: M) -> serde_json::Result<M> {
    let mut json = serde_json::Deserializer::from_str(text);
    let members = Object(members).deserialize(&mut json)?;
    json.end()?;
    Ok(members)
}

/// The seed that reads an object, at the top level or as the value of a member.
pub(crate) struct Object<M>(pub(crate) M);

impl<'de, M: Members<'de>> DeserializeSeed<'de> for Object<M> {
    type Value = M;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<M, D::Error> {
        deserializer.deserialize_map(self)
    }
}

// Without `visit_seq`, an array in the place of an object is an error.
impl<'de, M: Members<'de>> Visitor<'de> for Object<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<M, A::Error> {
        let mut names = Names::default();
        let mut count = 0;
        while let Some(Text(name)) = map.next_key()? {
            count += 1;
            if count > M::MAX {
                return Err(A::Error::custom("there are too many members"));
            }
            if names.contains(&name) {
                return Err(A::Error::custom("a member comes twice"));
            }
            if !self.0.take(&name, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
            names.insert(name);
        }
        Ok(self.0)
    }
}

/// The names of the members that were read so far.
///
/// The first names are in an array, and compared in sequence: fast for an ordinary object. Further names are in a set,
/// where a hostile object with many members does not cost quadratic time.
#[derive(Default)]
struct Names<'de> {
    first: [Cow<'de, str>; FIRST_NAMES],
    count: usize,
    others: BTreeSet<Cow<'de, str>>,
}

/// More members than an issuer's objects have.
const FIRST_NAMES: usize = 16;

impl<'de> Names<'de> {
    fn contains(&self, name: &str) -> bool {
        self.first[..self.count].iter().any(|first| first == name) || self.others.contains(name)
    }

    fn insert(&mut self, name: Cow<'de, str>) {
        if self.count < FIRST_NAMES {
            self.first[self.count] = name;
            self.count += 1;
        } else {
            self.others.insert(name);
        }
    }
}

/// A JSON string, borrowed if it has no escapes.
#[derive(Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Reads a string or an array of strings (RFC 7519 §4.1.3), and calls the function with each.
pub(crate) struct OneOrMany<F>(pub(crate) F);

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for OneOrMany<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for OneOrMany<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E>(mut self, one: &str) -> Result<(), E> {
        self.0(one);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut many: A) -> Result<(), A::Error> {
        while let Some(Text(one)) = many.next_element()? {
            self.0(&one);
        }
        Ok(())
    }
}
