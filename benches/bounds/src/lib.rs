//! Tests for how much memory the layer can be made to hold, and how often it allocates; and a bench that counts
//! instructions.
