//! Lists in headers: the entries that begin with a text, found without a look at the others.

use http::HeaderValue;
use memchr::{memchr, memmem::Finder};

use crate::{defaults::LIMIT_OCCURRENCES, error::AuthErrorKind};

/// Why it is not known which entry is meant. Of two entries, either may be an attacker's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ambiguous {
    /// A second entry begins with the text.
    Repeated,
    /// The text occurs so often, anywhere in the lists, that they are not searched to their end.
    TooManyOccurrences,
}

impl Ambiguous {
    /// Returns the refusal of a second token, or of lists that are malformed because they are too long.
    pub(super) fn refusal(
        self,
        repeated: AuthErrorKind,
        malformed: AuthErrorKind,
    ) -> AuthErrorKind {
        match self {
            Self::Repeated => repeated,
            Self::TooManyOccurrences => malformed,
        }
    }
}

/// Returns what follows the text in each entry that begins with it, without the space around the entry. The text is not
/// empty, and has neither the delimiter nor space.
pub(crate) fn rests_of_entries<'a>(
    lists: impl Iterator<Item = &'a [u8]>,
    delimiter: u8,
    text: &Finder<'_>,
) -> impl Iterator<Item = Result<&'a [u8], Ambiguous>> {
    let text_len = text.needle().len();
    // Two occurrences overlap only if the second begins within the text. That is not where an entry begins.
    let occurrences = lists.flat_map(|list| text.find_iter(list).map(move |at| (list, at)));
    occurrences
        .enumerate()
        .filter_map(move |(count, (list, at))| {
            if count == LIMIT_OCCURRENCES {
                return Some(Err(Ambiguous::TooManyOccurrences));
            }
            let before = list[..at].trim_ascii_end();
            let begins_entry = before.is_empty() || before.ends_with(&[delimiter]);
            begins_entry.then(|| {
                // The text is at this place, so the list goes at least to its end.
                let rest = &list[at + text_len..];
                let end = memchr(delimiter, rest).unwrap_or(rest.len());
                Ok(rest[..end].trim_ascii_end())
            })
        })
}

/// Returns the rest of the entry if there is one.
pub(crate) fn at_most_one<'a>(
    mut rests: impl Iterator<Item = Result<&'a [u8], Ambiguous>>,
) -> Result<Option<&'a [u8]>, Ambiguous> {
    let rest = rests.next().transpose()?;
    match rests.next() {
        None => Ok(rest),
        Some(Ok(_)) => Err(Ambiguous::Repeated),
        Some(Err(ambiguous)) => Err(ambiguous),
    }
}

/// Returns the size of the lists if they were one, with a delimiter and a space between two of them.
pub(crate) fn bytes_of_lists<'a>(lists: impl Iterator<Item = &'a HeaderValue>) -> usize {
    let sizes = lists.map(|list| list.len() + "; ".len());
    sizes.sum::<usize>().saturating_sub("; ".len())
}

/// Returns the value if there is exactly one. Of two values, either may be an attacker's.
pub(crate) fn only_value<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let value = values.next()?;
    values.next().is_none().then_some(value)
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

    #[test]
    fn lists_are_not_searched_for_a_text_that_occurs_too_often() {
        let decoys = |count: usize| "xa=".repeat(count) + ";a=1";
        let search = |lists: &[String]| {
            let lists = lists.iter().map(String::as_bytes);
            at_most_one(rests_of_entries(lists, b';', &Finder::new("a=")))
                .map(|rest| rest.is_some())
        };
        let most = LIMIT_OCCURRENCES - 1;
        assert_eq!(search(&[decoys(most)]), Ok(true));
        let too_many = Err(Ambiguous::TooManyOccurrences);
        assert_eq!(search(&[decoys(most + 1)]), too_many);
        // A second entry behind the decoys is not overlooked.
        assert_eq!(search(&["a=1".to_owned(), decoys(most)]), too_many);
        assert_eq!(search(&[decoys(most), "xa=".to_owned()]), too_many);
        assert_eq!(search(&["a=1;a=2".to_owned()]), Err(Ambiguous::Repeated));
    }

    #[test]
    fn lists_are_as_large_as_if_they_were_one() {
        let bytes = |lists: &[&'static str]| {
            let lists: Vec<_> = lists
                .iter()
                .map(|list| HeaderValue::from_static(list))
                .collect();
            bytes_of_lists(lists.iter())
        };
        assert_eq!(bytes(&[]), 0);
        assert_eq!(bytes(&["a=b"]), 3);
        assert_eq!(bytes(&["a=b", "", "c=d"]), "a=b; ; c=d".len());
    }

    proptest! {
        /// As if each entry were looked at.
        #[test]
        fn entries_are_those_that_begin_with_the_text(
            list in r"([ab]{0,40}[;\t \xff]){0,20}",
            text in "[ab]{1,2}|(ab){10,20}",
        ) {
            let found: Result<Vec<_>, _> =
                rests_of_entries([list.as_bytes()].into_iter(), b';', &Finder::new(&text)).collect();
            let entries = list.as_bytes().split(|byte| *byte == b';');
            let expected: Vec<_> = entries
                .filter_map(|entry| entry.trim_ascii().strip_prefix(text.as_bytes()))
                .collect();
            match found {
                Ok(found) => prop_assert_eq!(found, expected),
                Err(_) => prop_assert!(list.matches(&text).count() > LIMIT_OCCURRENCES),
            }
        }
    }
}
