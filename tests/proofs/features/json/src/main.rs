//! A program in whose tree somebody switches on features of serde_json that change what it hands out.

use serde_json::Value;
use test_support::hostile_json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_features_are_on();
    let checks = hostile_json::assert_answers().await;
    println!("{checks} checks passed with arbitrary_precision and preserve_order");
}

fn assert_features_are_on() {
    let text = r#"{"z":1e400,"a":0.10}"#;
    let value: Value = serde_json::from_str(text).expect("arbitrary_precision");
    assert_eq!(value.to_string(), r#"{"z":1e+400,"a":0.10}"#);
}
