//! Lists in headers: the entries that begin with a text, found without a look at the others.

use memchr::{memchr, memmem::Finder};

/// Returns what follows the text in each entry that begins with it, without the space around the entry. The text has
/// neither the delimiter nor space.
pub(crate) fn rest_of_entries<'a>(
    list: &'a [u8],
    delimiter: u8,
    text: &Finder<'_>,
) -> impl Iterator<Item = &'a [u8]> {
    let text_len = text.needle().len();
    // Two occurrences overlap only if the second begins within the text. That is not where an entry begins.
    let occurrences = text.find_iter(list);
    let begins_entry = move |at: &usize| {
        let before = list[..*at].trim_ascii_end();
        before.is_empty() || before.ends_with(&[delimiter])
    };
    occurrences.filter(begins_entry).map(move |at| {
        let rest = &list[at + text_len..];
        let end = memchr(delimiter, rest).unwrap_or(rest.len());
        rest[..end].trim_ascii_end()
    })
}

/// The error of a second value. Of two values, either may be an attacker's.
pub(crate) struct Repeated;

/// Returns the value if there is one.
pub(crate) fn at_most_one<'a>(
    mut values: impl Iterator<Item = &'a [u8]>,
) -> Result<Option<&'a [u8]>, Repeated> {
    let value = values.next();
    match values.next() {
        None => Ok(value),
        Some(_) => Err(Repeated),
    }
}

/// Returns the value if there is exactly one.
pub(crate) fn only_value<'a>(values: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    at_most_one(values).ok()?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_single_value_is_returned() {
        let only = |values: &[&'static [u8]]| only_value(values.iter().copied());
        assert_eq!(only(&[]), None);
        assert_eq!(only(&[b"a"]), Some(&b"a"[..]));
        assert_eq!(only(&[b"a", b"a"]), None);
    }

    proptest! {
        /// As if each entry were looked at.
        #[test]
        fn entries_are_those_that_begin_with_the_text(list in "[ab;\t ]{0,40}", text in "[ab]{1,3}") {
            let found: Vec<_> =
                rest_of_entries(list.as_bytes(), b';', &Finder::new(&text)).collect();
            let entries = list.as_bytes().split(|byte| *byte == b';');
            let expected: Vec<_> = entries
                .filter_map(|entry| entry.trim_ascii().strip_prefix(text.as_bytes()))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
