//! A bench alone, of what the feature `metrics` costs.
