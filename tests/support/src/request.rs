//! Requests, with a token and without.

use http::{Method, Request};

use crate::Script;

pub fn bearer(token: &str) -> Request<Script> {
    with_authorization(&format!("Bearer {token}"))
}

pub fn with_authorization(value: &str) -> Request<Script> {
    Request::get("/")
        .header("authorization", value)
        .body(Script::empty())
        .unwrap()
}

pub fn without_token() -> Request<Script> {
    Request::get("/").body(Script::empty()).unwrap()
}

pub fn json(body: impl Into<Script>) -> Request<Script> {
    Request::builder()
        .method(Method::POST)
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

pub fn with_field(token: &str) -> Request<Script> {
    json(format!(r#"{{"sequenceToken":"{token}"}}"#))
}
