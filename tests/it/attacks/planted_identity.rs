//! Class 21: claims that this layer has not verified never reach the handler.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use sequence_auth::{
    Anonymous, AuthErrorKind as Kind, SequenceAuthLayer, SequenceClaims, testing::LocalIssuer,
};
use tower::{ServiceBuilder, ServiceExt};

use crate::support::{
    Answer, ISSUER, PROJECT, Script, bearer, json, layer, send, with_authorization, with_field,
    without_token,
};

/// A request with a planted identity, and a planted mark of an anonymous request.
fn planted(mut request: Request<Script>) -> Request<Script> {
    let claims = SequenceClaims::builder().email("eve@example.com").build();
    request.extensions_mut().insert(claims);
    request.extensions_mut().insert(Anonymous);
    request
}

fn assert_verified(answer: &Answer) {
    assert_eq!(answer.claims().email(), Some("player@example.com"));
    assert!(!answer.seen().anonymous);
}

/// Class 21: CVE-2025-64484 (oauth2-proxy) and CVE-2026-39858 (Traefik) passed a planted header on.
#[tokio::test]
async fn planted_claims_are_replaced_by_verified_ones() {
    let token = ISSUER.token().mint();
    for layer in [layer(), layer().optional()] {
        for request in [bearer(&token), with_field(&token)] {
            assert_verified(&send(&layer, planted(request)).await);
        }
    }
}

/// Class 21: also if the token is only verified after its key has arrived.
#[tokio::test(start_paused = true)]
async fn planted_claims_are_replaced_after_waiting() {
    for build in [bearer, with_field] {
        let issuer = LocalIssuer::new();
        let layer = issuer.layer(PROJECT);
        issuer.rotate();
        let request = planted(build(&issuer.token().mint()));
        assert_verified(&send(&layer, request).await);
    }
}

/// Class 21: an anonymous request stays anonymous in spite of planted claims.
#[tokio::test]
async fn planted_claims_do_not_pass_optional_layer() {
    let optional = layer().optional().body_limit(1000);
    for request in [
        without_token(),
        with_authorization("Basic dTpw"),
        json("{}"),
        json("no json"),
        json("x".repeat(1001)),
    ] {
        let answer = send(&optional, planted(request)).await;
        assert!(answer.seen().claims.is_none());
        assert!(answer.seen().anonymous);
    }
}

/// Class 21: a refusal contains no claims, neither for the client nor for `on_reject`.
#[tokio::test]
async fn refusal_carries_no_claims() {
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&kinds);
    let layer = layer().body_limit(3000).on_reject(move |error, response| {
        assert_nobody(response.extensions());
        seen.lock().unwrap().push(error.kind());
        response
    });
    let service = ServiceBuilder::new().layer(layer).service_fn(unreachable);
    let expired = ISSUER.token().expired().mint();
    for (request, kind) in [
        (without_token(), Kind::MissingToken),
        (with_authorization("Bearer"), Kind::MalformedAuthorization),
        (bearer(&expired), Kind::Expired),
        (with_field(&expired), Kind::Expired),
        (json("no json"), Kind::MalformedBody),
        (json("x".repeat(3001)), Kind::BodyTooLarge),
    ] {
        let response = service.clone().oneshot(planted(request)).await.unwrap();
        assert_nobody(response.extensions());
        assert_eq!(kinds.lock().unwrap().pop(), Some(kind));
    }
}

async fn unreachable<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    panic!("the inner service was called")
}

fn assert_nobody(extensions: &http::Extensions) {
    assert!(extensions.get::<SequenceClaims>().is_none());
    assert!(extensions.get::<Anonymous>().is_none());
}

/// Class 21: this layer removes an identity that another layer of this crate verified.
#[tokio::test]
async fn claims_of_outer_layer_are_not_trusted() {
    let other = LocalIssuer::new();
    let around = |inner: SequenceAuthLayer| {
        ServiceBuilder::new()
            .layer(other.layer(PROJECT).optional())
            .layer(inner)
            .service_fn(expect_nobody)
    };
    let token = other.token().mint();
    for inner in [layer(), layer().optional()] {
        let response = around(inner).oneshot(bearer(&token)).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    let nobody = around(layer()).oneshot(without_token()).await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    let nobody = around(layer().optional()).oneshot(without_token()).await;
    assert_eq!(nobody.unwrap().status(), StatusCode::OK);
}

async fn expect_nobody<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert!(request.extensions().get::<SequenceClaims>().is_none());
    assert!(request.extensions().get::<Anonymous>().is_some());
    Ok(Response::default())
}

/// Class 21: claims only come from the extensions, never from a header.
#[tokio::test]
async fn identity_headers_are_ignored() {
    for name in [
        "x-sequence-wallet",
        "x_authorization",
        "x-forwarded-user",
        "sequencetoken",
    ] {
        let mut request = without_token();
        let token = ISSUER.token().mint();
        request.headers_mut().insert(name, token.parse().unwrap());
        send(&layer(), request)
            .await
            .assert_refused(Kind::MissingToken);
    }
}
