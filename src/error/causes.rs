//! An error and its causes, as text.

use std::{error::Error as StdError, fmt, iter};

use super::escaped::Escaped;

/// The maximum number of causes in the text.
const MAX_CAUSES: usize = 8;

/// Writes an error and its causes on one line. Each text is escaped and cut, because it may quote a server, a resolver
/// or a proxy.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn StdError + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Escaped(self.0))?;
        let causes = iter::successors(self.0.source(), |&error| error.source());
        for error in causes.take(MAX_CAUSES) {
            write!(f, ": {}", Escaped(error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("it failed\n")?;
            f.write_str(&"x".repeat(1000))
        }
    }

    impl StdError for Endless {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(self)
        }
    }

    #[test]
    fn causes_are_escaped_cut_and_bounded() {
        let text = Causes(&Endless).to_string();
        assert_eq!(text.matches(r"it failed\nxxx").count(), MAX_CAUSES + 1);
        assert!(!text.contains('\n'));
        assert!(text.len() < (MAX_CAUSES + 1) * 210);
    }
}
