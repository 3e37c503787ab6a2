//! Handlers extract the claims that the nearest layer has verified.

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    routing::{any, post},
};
use sequence_auth::{
    AuthErrorKind as Kind, EmailPolicy, SequenceAuthLayer, SequenceClaims, TokenSource,
    testing::LocalIssuer,
};
use serde_json::Value;

use super::{EMAIL, Reply, call, json_request, lobby, me, with_bearer, with_field, without_token};
use crate::support::{ISSUER, PROJECT, layer};

fn app(auth: SequenceAuthLayer) -> Router {
    Router::new()
        .route("/me", any(me))
        .route("/lobby", any(lobby))
        .layer(auth)
}

async fn assert_extracted(app: &Router, token: &str) {
    for path in ["/me", "/lobby"] {
        call(app, with_bearer(path, token)).await.assert_ok(EMAIL);
        call(app, with_field(path, token)).await.assert_ok(EMAIL);
    }
}

#[tokio::test]
async fn verified_claims_are_extracted() {
    let token = ISSUER.token().mint();
    assert_extracted(&app(layer()), &token).await;
    assert_extracted(&app(layer().optional()), &token).await;
}

#[tokio::test(start_paused = true)]
async fn claims_are_extracted_after_waiting_for_keys() {
    for path in ["/me", "/lobby"] {
        for build in [with_bearer, with_field] {
            let issuer = LocalIssuer::new();
            let app = app(issuer.layer(PROJECT));
            issuer.rotate();
            let reply = call(&app, build(path, &issuer.token().mint())).await;
            reply.assert_ok(EMAIL);
        }
    }
}

#[tokio::test]
async fn bad_token_reaches_no_extractor() {
    let token = ISSUER.token().expired().mint();
    for auth in [layer(), layer().optional()] {
        let app = app(auth);
        for path in ["/me", "/lobby"] {
            for request in [with_bearer(path, &token), with_field(path, &token)] {
                call(&app, request).await.assert_refused(Kind::Expired);
            }
        }
    }
}

#[tokio::test]
async fn guest_is_extracted_without_email() {
    let guest = ISSUER.token().guest().mint();
    let everybody = app(layer().optional().email_policy(EmailPolicy::Optional));
    for path in ["/me", "/lobby"] {
        call(&everybody, with_bearer(path, &guest))
            .await
            .assert_ok("");
        let refused = call(&app(layer().optional()), with_bearer(path, &guest)).await;
        refused.assert_refused(Kind::MissingEmail);
    }
}

#[derive(Clone)]
struct Greeting(&'static str);

async fn greet(
    State(Greeting(greeting)): State<Greeting>,
    Path(game): Path<String>,
    claims: SequenceClaims,
    Json(body): Json<Value>,
) -> String {
    format!(
        "{greeting} {} of {game}, {}",
        claims.email().unwrap(),
        body["name"]
    )
}

#[tokio::test]
async fn extractor_goes_with_others_and_with_state() {
    let app = Router::new()
        .route("/games/{game}", post(greet).route_layer(layer()))
        .with_state(Greeting("Hello"));
    let token = ISSUER.token().mint();
    let body = format!(r#"{{"sequenceToken":"{token}","name":"Ann"}}"#);
    let reply = call(&app, json_request("/games/chess", body)).await;
    reply.assert_ok(&format!(r#"Hello {EMAIL} of chess, "Ann""#));
}

#[tokio::test]
async fn nested_routers_use_the_nearest_layer() {
    let strict = Router::new().route("/me", any(me)).layer(layer());
    let app = Router::new()
        .nest("/strict", strict)
        .nest("/open", Router::new().route("/lobby", any(lobby)))
        .layer(layer().optional());
    let token = ISSUER.token().mint();
    for path in ["/strict/me", "/open/lobby"] {
        call(&app, with_bearer(path, &token)).await.assert_ok(EMAIL);
    }
    let open = call(&app, without_token("/open/lobby")).await;
    open.assert_ok("nobody");
    let strict = call(&app, without_token("/strict/me")).await;
    strict.assert_refused(Kind::MissingToken);
}

/// Each layer decides for itself: an inner layer ignores the claims and the anonymous mark of an outer layer.
#[tokio::test]
async fn anonymous_of_outer_layer_is_not_that_of_inner_layer() {
    let outer = || layer().optional();
    let app = |inner: SequenceAuthLayer| app(inner).layer(outer());
    for path in ["/me", "/lobby"] {
        let reply = call(&app(layer()), without_token(path)).await;
        reply.assert_refused(Kind::MissingToken);
    }
    // The request is anonymous outside, and verified inside.
    let source = TokenSource::header("x-token").unwrap();
    let app = app(layer().sources([source]));
    let mut request = without_token("/me");
    let token = ISSUER.token().mint();
    request
        .headers_mut()
        .insert("x-token", token.parse().unwrap());
    call(&app, request).await.assert_ok(EMAIL);
}

fn planted() -> SequenceClaims {
    SequenceClaims::builder().email("eve@example.com").build()
}

#[tokio::test]
async fn planted_claims_are_never_extracted_behind_a_layer() {
    let token = ISSUER.token().mint();
    let app = |auth| app(auth).layer(Extension(planted()));
    for auth in [layer(), layer().optional()] {
        assert_extracted(&app(auth), &token).await;
    }
    let optional = app(layer().optional());
    for request in [without_token("/me"), json_request("/me", "{}")] {
        let reply: Reply = call(&optional, request).await;
        reply.assert_refused(Kind::MissingToken);
    }
    for request in [without_token("/lobby"), json_request("/lobby", "no json")] {
        call(&optional, request).await.assert_ok("nobody");
    }
}

/// Lets an application test its handlers without the layer.
#[tokio::test]
async fn claims_of_a_test_need_no_layer() {
    let app = Router::new()
        .route("/me", any(me))
        .route("/lobby", any(lobby))
        .layer(Extension(planted()));
    for path in ["/me", "/lobby"] {
        let reply = call(&app, without_token(path)).await;
        reply.assert_ok("eve@example.com");
    }
}
