//! Strict reading of JSON objects from a hostile source: one visitor for all of them.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// Takes the members of one JSON object, as [`read`] meets them.
pub(crate) trait Members<'de> {
    /// How many members the object may have.
    const MAX: usize = usize::MAX;

    /// Takes the value of the member `name` from `map`, or returns `false` without touching it.
    ///
    /// `name` is what the JSON says once its escapes are resolved.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads `text` as one JSON object and nothing after it. No name may come twice, be it known or not.
///
/// Values that `members` does not take are checked for syntax and never built, so the result does not
/// depend on the features of serde_json, nor on how deep they nest.
pub(crate) fn read<'de, M: Members<'de>>(text: &'de str, members: M) -> serde_json::Result<M> {
    let mut json = serde_json::Deserializer::from_str(text);
    let members = Object(members).deserialize(&mut json)?;
    json.end()?;
    Ok(members)
}

/// Reads an object that is the value of a member.
pub(crate) struct Object<M>(pub(crate) M);

impl<'de, M: Members<'de>> DeserializeSeed<'de> for Object<M> {
    type Value = M;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<M, D::Error> {
        deserializer.deserialize_map(self)
    }
}

// Only `visit_map` is there: an array in the place of an object is an error.
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

/// The names of one object's members so far.
///
/// Those of an ordinary object are looked through one by one, in place; those of a hostile one are not.
#[derive(Default)]
struct Names<'de> {
    first: [Cow<'de, str>; FIRST_NAMES],
    count: usize,
    others: BTreeSet<Cow<'de, str>>,
}

/// More than the issuer's objects have.
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

/// A JSON string, borrowed where it holds no escapes.
#[derive(Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Reads one string or an array of them, as RFC 7519 §4.1.3 has it, and hands each on.
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
