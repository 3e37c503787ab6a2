//! Untrusted text, escaped and cut for one line of a log.

use std::fmt::{self, Display, Write};

/// The maximum length of one text, in bytes.
const MAX_BYTES: usize = 200;

/// Writes untrusted text on one line. Line breaks, terminal control sequences and invisible
/// characters are escaped. A text of more than 200 bytes is cut and ends with `…`.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line {
            out: f,
            left: MAX_BYTES,
        };
        // A foreign `Display` may fail, which would make `to_string` panic.
        write!(line, "{}", self.0).or_else(|_| f.write_str("…"))
    }
}

/// Returns `true` if a log can show a character as it is. Control characters, invisible characters, separators of lines
/// or paragraphs, and characters that change the direction of the text are not plain.
pub(crate) fn is_plain(character: char) -> bool {
    matches!(character, '"' | '\'' | '\\') || character.escape_debug().len() == 1
}

struct Line<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    left: usize,
}

impl Line<'_, '_> {
    /// Writes `text` if it fits. Otherwise writes nothing, and refuses every later text.
    fn push(&mut self, text: &str) -> fmt::Result {
        let Some(left) = self.left.checked_sub(text.len()) else {
            self.left = 0;
            return Err(fmt::Error);
        };
        self.left = left;
        self.out.write_str(text)
    }
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| {
            if is_plain(character) {
                self.push(character.encode_utf8(&mut [0; 4]))
            } else {
                self.push(&character.escape_debug().to_string())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: impl Display) -> String {
        Escaped(text).to_string()
    }

    #[test]
    fn plain_text_is_unchanged() {
        let text = r#"the server's answer was "no", in C:\temp: 鍵がない, ñ"#;
        assert_eq!(escaped(text), text);
    }

    #[test]
    fn control_and_invisible_characters_are_escaped() {
        for (text, expected) in [
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("\x1b[31mred", r"\u{1b}[31mred"),
            ("\0\u{7f}\u{9b}", r"\0\u{7f}\u{9b}"),
            ("\u{2028}\u{2029}\u{85}", r"\u{2028}\u{2029}\u{85}"),
            ("\u{202e}\u{2066}\u{200f}", r"\u{202e}\u{2066}\u{200f}"),
            ("\u{feff}\u{200b}\u{a0}", r"\u{feff}\u{200b}\u{a0}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(escaped("x".repeat(200)), "x".repeat(200));
        assert_eq!(escaped("x".repeat(201)), "x".repeat(200) + "…");
        assert_eq!(escaped("鍵".repeat(100)), "鍵".repeat(66) + "…");
        assert_eq!(
            escaped("\x1b".repeat(100)),
            r"\u{1b}".repeat(33) + "…",
            "an escape is never cut in two"
        );
    }

    #[test]
    fn nothing_follows_a_cut() {
        struct Stubborn;
        impl Display for Stubborn {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for _ in 0..1000 {
                    let _ = f.write_str(&"x".repeat(199));
                    let _ = f.write_str("鍵");
                }
                Err(fmt::Error)
            }
        }
        assert_eq!(escaped(Stubborn), "x".repeat(199) + "…");
    }
}
