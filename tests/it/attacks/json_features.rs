//! Class 26: features of serde_json that any crate of an application enables for the whole dependency tree.
//!
//! serde-rs/json#505: with `arbitrary_precision`, a number may arrive as a map whose name anyone can write. The same
//! cases run here without such features and, in `tests/proofs/features/json`, with them.

use test_support::hostile_json;

#[tokio::test]
async fn hostile_json_is_judged_as_with_other_features_of_serde_json() {
    hostile_json::assert_answers().await;
}
