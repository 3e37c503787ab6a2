//! Tests of the layer while the wall clock jumps.
