//! The example server's demo issuer.

mod pages;
mod sign_in;
mod switches;
mod tokens;
mod waas;

use axum::Router;
use http::{Request, StatusCode};
use serde_json::Value;

use crate::{
    server::{call, demo_issuer},
    support::{ISSUER, PROJECT},
};

fn router() -> Router {
    demo_issuer::router(ISSUER.clone(), PROJECT)
}

async fn post(router: &Router, path: &str, body: impl ToString) -> (StatusCode, Value) {
    let request = Request::post(path).body(body.to_string()).unwrap();
    call(router.clone(), request).await
}
