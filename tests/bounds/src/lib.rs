//! Tests alone, of how much memory the layer can be made to hold: see `tests/bounds.rs`.
