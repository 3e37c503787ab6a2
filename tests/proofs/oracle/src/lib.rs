//! Holds the tests of `sequence-auth` against others' verdicts; it has no code of its own.
