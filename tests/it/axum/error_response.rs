//! A handler that returns an `AuthError` responds like the layer over HTTP.

use std::{io, time::Duration};

use axum::{Router, body::Body, extract::State, response::IntoResponse, routing::post};
use http::{HeaderMap, Request, StatusCode, Version};
use sequence_auth::{
    AuthError, AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceAuthLayer,
    TokenSource, TokenVerifier, testing::LocalIssuer,
};

use super::{Reply, call};
use crate::{
    one_time::store::Switch,
    support::{
        Answer, ISSUER, PROJECT, Script, Step, bearer, data, json, layer, send, with_authorization,
        with_field, without_token,
    },
};

/// Asserts that a refusal equals the response of its error, in all parts that a client or an outer layer sees.
async fn assert_same(layer: &SequenceAuthLayer, request: Request<Script>, kind: Kind) {
    let answer: Answer = send(layer, request).await;
    answer.assert_refused(kind);
    let error = answer.error.unwrap();
    let details = Some(format!("{error:?}"));
    let reply = Reply::of(error.into_response()).await;
    let expected = Reply {
        status: answer.status,
        headers: answer.headers,
        body: String::from_utf8(answer.body.to_vec()).unwrap(),
        error: Some(kind),
        details,
    };
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn refused_requests_have_the_same_answer() {
    let layer = layer().body_limit(4000);
    let mut twice = with_authorization("Bearer x");
    let second = twice.headers()["authorization"].clone();
    twice.headers_mut().append("authorization", second);
    let breaks = || Script::chunked([data("{"), Step::Error("reset".into())]);
    for (request, kind) in [
        (without_token(), Kind::MissingToken),
        (twice, Kind::RepeatedAuthorization),
        (with_authorization("Bearer"), Kind::MalformedAuthorization),
        (json("no json"), Kind::MalformedBody),
        (json(r#"{"sequenceToken":7}"#), Kind::TokenFieldNotString),
        (
            json(r#"{"sequenceToken":"a","sequenceToken":"a"}"#),
            Kind::RepeatedTokenField,
        ),
        (json(breaks()), Kind::BodyInterrupted),
        (json("x".repeat(4001)), Kind::BodyTooLarge),
    ] {
        assert_same(&layer, request, kind).await;
    }
}

#[tokio::test]
async fn missing_token_names_the_sources_of_the_layer() {
    let header = TokenSource::header("x-token").unwrap();
    for layer in [layer().sources([header]), layer().sources([])] {
        assert_same(&layer, without_token(), Kind::MissingToken).await;
    }
}

#[tokio::test]
async fn refused_tokens_have_the_same_answer() {
    let token = || ISSUER.token();
    let stranger = LocalIssuer::new();
    let forged = stranger.token().header("kid", ISSUER.key_id()).mint();
    for (token, kind) in [
        ("x".repeat(9000), Kind::TokenTooLarge),
        ("x.y.z".to_owned(), Kind::MalformedToken),
        (
            token().header("alg", "none").mint(),
            Kind::UnsupportedAlgorithm,
        ),
        (token().header("typ", "x").mint(), Kind::UnsupportedType),
        (
            token().header("crit", ["x"]).mint(),
            Kind::UnsupportedExtension,
        ),
        (token().header("kid", "").mint(), Kind::MissingKeyId),
        (stranger.token().mint(), Kind::UnknownKey),
        (forged, Kind::InvalidSignature),
        (token().claim("iss", "x").mint(), Kind::InvalidIssuer),
        (token().claim("aud", "x").mint(), Kind::InvalidAudience),
        (token().claim("exp", "x").mint(), Kind::InvalidExpiry),
        (token().expired().mint(), Kind::Expired),
        (
            token().claim("exp", 9_999_999_999_u64).mint(),
            Kind::LifetimeTooLong,
        ),
        (token().claim("iat", "x").mint(), Kind::InvalidIssuedAt),
        (
            token().claim("nbf", 9_999_999_999_u64).mint(),
            Kind::NotYetValid,
        ),
        (token().claim("sub", "x").mint(), Kind::InvalidSubject),
        (token().claim("email", 7).mint(), Kind::InvalidEmail),
        (token().guest().mint(), Kind::MissingEmail),
        (token().claim("nonce", 7).mint(), Kind::InvalidNonce),
    ] {
        for request in [bearer(&token), with_field(&token)] {
            assert_same(&layer(), request, kind).await;
        }
    }
}

#[tokio::test]
async fn refusals_by_policy_have_the_same_answer() {
    // The store refuses tokens that are older than the store itself.
    let once = layer().once(MemoryStore::default());
    let token = ISSUER.token().mint();
    send(&once, bearer(&token)).await.claims();
    let load =
        |result: fn() -> io::Result<Option<()>>| layer().load(move |_| async move { result() });
    for (layer, kind) in [
        (layer().authorize(|_| false), Kind::NotAuthorized),
        (load(|| Ok(None)), Kind::UnknownPlayer),
        (load(|| Err(io::Error::other("down"))), Kind::LoadFailed),
        (once, Kind::UsedToken),
        (layer().max_session_age(Duration::ZERO), Kind::SessionTooOld),
    ] {
        let token = match kind {
            Kind::SessionTooOld => ISSUER.token().claim("auth_time", 1).mint(),
            _ => token.clone(),
        };
        assert_same(&layer, bearer(&token), kind).await;
    }
}

fn with_headers(name: &'static str, values: &[&str]) -> Request<Script> {
    let mut request = json("{}");
    for value in values {
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn refusals_by_sources_have_the_same_answer() {
    let layer = layer().sources([
        TokenSource::header("x-token").unwrap(),
        TokenSource::cookie("token").unwrap(),
        TokenSource::subprotocol("token.").unwrap(),
    ]);
    let of_other_site = || {
        let mut request = with_headers("cookie", &["token=x.y.z"]);
        let site = "cross-site".parse().unwrap();
        request.headers_mut().insert("sec-fetch-site", site);
        request
    };
    let protocol = "sec-websocket-protocol";
    for (request, kind) in [
        (
            with_headers("x-token", &["a", "b"]),
            Kind::RepeatedTokenHeader,
        ),
        (
            with_headers("x-token", &["(a)"]),
            Kind::MalformedTokenHeader,
        ),
        (
            with_headers("cookie", &["token=a; token=b"]),
            Kind::RepeatedTokenCookie,
        ),
        (
            with_headers("cookie", &["token=(a)"]),
            Kind::MalformedTokenCookie,
        ),
        (
            with_headers(protocol, &["token.a, token.b"]),
            Kind::RepeatedTokenProtocol,
        ),
        (
            with_headers(protocol, &["token."]),
            Kind::MalformedTokenProtocol,
        ),
        (of_other_site(), Kind::CrossSiteCookie),
    ] {
        assert_same(&layer, request, kind).await;
    }
}

#[tokio::test]
async fn refusals_by_nonces_have_the_same_answer() {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("login");
    let nonces = nonces.build().unwrap();
    let layer = layer().with_nonces(nonces.clone());
    let request = |nonce: &str, cookie: &str| {
        let token = ISSUER.token().nonce(nonce).mint();
        let mut request = bearer(&token);
        request
            .headers_mut()
            .insert("cookie", cookie.parse().unwrap());
        request
    };
    let nonce = nonces.issue_for("mine");
    let without_nonce = bearer(&ISSUER.token().mint());
    assert_same(&layer, without_nonce, Kind::MissingNonce).await;
    for (nonce, cookie, kind) in [
        ("foreign", "login=mine", Kind::ForeignNonce),
        (&nonce, "other=1", Kind::MissingBinding),
        (&nonce, "login=yours", Kind::OtherBinding),
    ] {
        assert_same(&layer, request(nonce, cookie), kind).await;
    }
    send(&layer, request(&nonce, "login=mine")).await.claims();
    let again = request(&nonce, "login=mine");
    assert_same(&layer, again, Kind::UsedNonce).await;
}

#[tokio::test]
async fn missing_store_has_the_same_answer() {
    let down = layer().once(Switch::default());
    let full = layer().once(MemoryStore::new(1));
    let token = ISSUER.token().mint();
    assert_same(&down, bearer(&token), Kind::OneTimeStoreUnavailable).await;
    send(&full, bearer(&token)).await.claims();
    let next = bearer(&ISSUER.token().email("next@example.com").mint());
    assert_same(&full, next, Kind::OneTimeStoreFull).await;
}

#[tokio::test(start_paused = true)]
async fn missing_keys_have_the_same_answer() {
    let builder = SequenceAuthLayer::builder(PROJECT).key_fetcher(std::future::pending);
    let layer = builder.build().unwrap();
    let token = ISSUER.token().mint();
    assert_same(&layer, bearer(&token), Kind::KeysUnavailable).await;
}

#[tokio::test(start_paused = true)]
async fn slow_body_has_the_same_answer_but_for_the_connection() {
    let slow = |version| {
        let mut request = json(Script::chunked([Step::Hang]));
        *request.version_mut() = version;
        request
    };
    assert_same(&layer(), slow(Version::HTTP_2), Kind::BodyTimeout).await;
    let answer = send(&layer(), slow(Version::HTTP_11)).await;
    let error = answer.error.unwrap();
    let mut headers: HeaderMap = error.into_response().headers().clone();
    // The server decides how a connection ends, because the error does not know the HTTP version.
    headers.insert("connection", "close".parse().unwrap());
    assert_eq!(headers, answer.headers);
}

async fn verify(State(verifier): State<TokenVerifier>, token: String) -> Result<String, AuthError> {
    let claims = verifier.verify(&token).await?;
    Ok(claims.email().unwrap().to_owned())
}

#[tokio::test]
async fn handler_may_return_the_error() {
    let app = Router::new()
        .route("/", post(verify))
        .with_state(layer().verifier());
    let post = |token: String| Request::post("/").body(Body::from(token)).unwrap();
    let reply = call(&app, post(ISSUER.token().mint())).await;
    reply.assert_ok("player@example.com");
    let reply = call(&app, post(ISSUER.token().expired().mint())).await;
    reply.assert_refused(Kind::Expired);
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.body.starts_with(r#"{"error":"invalid_token""#));
}
