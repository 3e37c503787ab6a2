//! The document of a route describes what the layer in front of the route does.

use std::{future, time::Duration};

use aide::{
    NoApi,
    axum::{ApiRouter, routing::get as documented_get},
    openapi::OpenApi,
};
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use http_body_util::BodyExt;
use openapi::{with_aide, with_utoipa};
use sequence_auth::{SequenceAuthLayer, SequenceClaims, testing::LocalIssuer};
use serde_json::{Value, json};
use tower::ServiceExt;

const PROJECT: u64 = 13639;

type App = fn(SequenceAuthLayer) -> Router;

const APPS: [App; 2] = [with_utoipa::app, with_aide::app];

async fn get(app: &Router, path: &str, authorization: Option<&str>) -> Response<Body> {
    let mut request = Request::get(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let request = request.body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

async fn json(response: Response<Body>) -> Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

/// Returns the document, which is open to everybody.
async fn document(app: &Router) -> Value {
    let response = get(app, "/openapi.json", None).await;
    assert_eq!(response.status(), StatusCode::OK);
    json(response).await
}

/// Returns the schema of a response, directly or from the components.
fn schema<'a>(document: &'a Value, response: &'a Value) -> &'a Value {
    let schema = &response["content"]["application/json"]["schema"];
    match schema["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.strip_prefix('#').unwrap())
            .unwrap(),
        None => schema,
    }
}

#[tokio::test]
async fn scheme_is_a_bearer_token_for_guarded_routes_alone() {
    for app in APPS {
        let document = document(&app(LocalIssuer::new().layer(PROJECT))).await;
        let scheme = &document["components"]["securitySchemes"]["wallet"];
        assert_eq!(scheme["type"], "http");
        assert_eq!(scheme["scheme"], "bearer");
        assert_eq!(scheme["bearerFormat"], "JWT");
        let me = &document["paths"]["/me"]["get"];
        assert_eq!(me["security"], json!([{ "wallet": [] }]));
        let status = &document["paths"]["/status"]["get"];
        assert!(status.is_object());
        assert!(status.get("security").is_none());
        assert!(document.get("security").is_none());
        let answers = status["responses"].as_object().unwrap();
        assert!(!answers.contains_key("401"));
    }
}

#[tokio::test]
async fn claims_are_no_parameter_and_no_body() {
    for app in APPS {
        let document = document(&app(LocalIssuer::new().layer(PROJECT))).await;
        let me = document["paths"]["/me"]["get"].as_object().unwrap();
        assert!(!me.contains_key("requestBody"));
        assert!(
            me.get("parameters")
                .is_none_or(|parameters| parameters == &json!([]))
        );
    }
}

/// A layer, the header of a request that it refuses, and the status of the refusal.
fn refused() -> [(SequenceAuthLayer, Option<String>, u16); 4] {
    let issuer = LocalIssuer::new();
    let good = || Some(format!("Bearer {}", issuer.token().mint()));
    let down = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(future::pending)
        .first_keys_timeout(Duration::ZERO)
        .build()
        .unwrap();
    let layer = || issuer.layer(PROJECT);
    [
        (layer(), Some("Bearer".to_owned()), 400),
        (layer(), None, 401),
        (layer().authorize(|_| false), good(), 403),
        (down, good(), 503),
    ]
}

#[tokio::test]
async fn each_refusal_is_documented_with_the_schema_of_its_body() {
    for app in APPS {
        for (layer, authorization, status) in refused() {
            let app = app(layer);
            let response = get(&app, "/me", authorization.as_deref()).await;
            assert_eq!(response.status(), status);
            let answer = json(response).await;
            let document = document(&app).await;
            let responses = &document["paths"]["/me"]["get"]["responses"];
            let schema = schema(&document, &responses[status.to_string()]);
            assert_eq!(schema["type"], "object");
            assert_eq!(schema["required"], json!(["error", "error_description"]));
            for (name, value) in answer.as_object().unwrap() {
                assert!(value.is_string());
                assert_eq!(schema["properties"][name]["type"], "string");
            }
            assert_eq!(answer.as_object().unwrap().len(), 2);
        }
    }
}

#[tokio::test]
async fn claims_without_documentation_add_nothing_to_it() {
    let handler = async |NoApi(claims): NoApi<SequenceClaims>| claims.wallet().to_string();
    let issuer = LocalIssuer::new();
    let mut document = OpenApi::default();
    let app = ApiRouter::new()
        .api_route("/me", documented_get(handler))
        .layer(issuer.layer(PROJECT))
        .finish_api(&mut document);
    let me = &serde_json::to_value(document).unwrap()["paths"]["/me"]["get"];
    assert!(me.is_object());
    assert!(me.get("security").is_none());
    let bearer = format!("Bearer {}", issuer.token().mint());
    let response = get(&app, "/me", Some(&bearer)).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn unknown_paths_are_left_to_the_router() {
    for app in APPS {
        let app = app(LocalIssuer::new().layer(PROJECT));
        let response = get(&app, "/nowhere", None).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn handler_gets_the_claims() {
    for app in APPS {
        let issuer = LocalIssuer::new();
        let bearer = format!("Bearer {}", issuer.token().mint());
        let app = app(issuer.layer(PROJECT));
        let response = get(&app, "/me", Some(&bearer)).await;
        assert_eq!(response.status(), StatusCode::OK);
        let answer = json(response).await;
        assert_eq!(
            answer["wallet"],
            "0x52908400098527886E0F7030069857D2E4169EE7"
        );
    }
}
