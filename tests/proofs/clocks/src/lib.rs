//! Tests alone, of what the layer does while the wall clock jumps.
