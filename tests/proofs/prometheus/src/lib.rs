//! Tests alone, of what a real Prometheus gets to see.
