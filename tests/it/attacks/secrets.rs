//! Class 23: responses, events and `Debug` texts contain no secrets, and refusals are not cacheable.

use std::{fmt::Write as _, time::Duration};

use http::{HeaderValue, Request};
use sequence_auth::{
    AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, ProjectId, SequenceAuthLayer,
    SequenceClaims, testing::LocalIssuer,
};
use tower_layer::Layer;

use super::signing_key::KEY;
use crate::{
    recorder::Recorder,
    support::{
        Answer, IDENTITY, ISSUER, PROJECT, Script, bearer, json, layer, send, with_authorization,
        with_field, without_token,
    },
};

const EMAIL: &str = "secret-mail@example.com";
const NONCE: &str = "secret-nonce";

/// Tokens that pass, and tokens that fail at every check of a secret.
fn tokens(issuer: &LocalIssuer) -> Vec<String> {
    let token = || issuer.token().email(EMAIL).nonce(NONCE);
    let mut tokens: Vec<_> = [
        token(),
        token().expired(),
        token().project(1),
        // The operator sees these two values of a well-signed token. They belong to the issuer and are not secret.
        token().claim("iss", "https://other.example"),
        token().claim("aud", "https://other.example/1"),
        token().claim("sub", format!("{EMAIL}\n")),
        token().claim("wallet_address", EMAIL),
        token().claim("wallet_type", NONCE),
        token().claim("exp", NONCE),
        token().claim("email", [EMAIL]),
        token().claim("nonce", [NONCE]),
        token().claim(IDENTITY, EMAIL),
        token().header("kid", NONCE),
        token().header("kid", [NONCE]),
        token().header("alg", NONCE),
        token().header("typ", NONCE),
        token().header("crit", [NONCE]),
    ]
    .iter()
    .map(sequence_auth::testing::TokenBuilder::mint)
    .collect();
    let (input, _) = tokens[0].rsplit_once('.').unwrap();
    let (_, signature) = tokens[1].rsplit_once('.').unwrap();
    tokens.push(format!("{input}.{signature}"));
    tokens.push(format!("{}=", token().mint()));
    tokens.push(format!("{0}.{0}", token().mint()));
    tokens.push(token().claim("fill", NONCE.repeat(700)).mint());
    tokens
}

/// Layers that trust the issuer, and refuse its tokens for various reasons.
fn layers(issuer: &LocalIssuer, project: impl ProjectId + Copy) -> Vec<SequenceAuthLayer> {
    let layer = || issuer.layer(project);
    vec![
        layer(),
        layer().optional(),
        layer().with_nonces(Nonces::new(NonceKey::random())),
        layer().once(MemoryStore::default()),
        layer().max_session_age(Duration::MAX),
        layer().authorize(|_| false),
    ]
}

fn requests(token: &str) -> [Request<Script>; 7] {
    let mut grpc = bearer(token);
    let content_type = "application/grpc".parse().unwrap();
    grpc.headers_mut().insert("content-type", content_type);
    [
        bearer(token),
        grpc,
        with_field(token),
        json(format!(r#"{{"idToken":"{token}"}}"#)),
        json(format!(
            r#"{{"sequenceToken":"{token}","sequenceToken":"{token}"}}"#
        )),
        json(format!(r#"{{"sequenceToken":["{token}"]}}"#)),
        with_authorization(&format!("Bearer {token}, {token}")),
    ]
}

/// The visible parts of a response, and of the request for code that prints it.
fn print(texts: &mut String, answer: &Answer) {
    write!(texts, "{:?} {:?}", answer.headers, answer.body).unwrap();
    if let Some(error) = &answer.error {
        write!(texts, "{error} {error:?}").unwrap();
    }
    if let Some(seen) = &answer.seen {
        assert!(seen.claims.is_none() || is_unprintable(&seen.headers));
        let claims = &seen.claims;
        let identity = claims.as_ref().and_then(SequenceClaims::identity);
        write!(
            texts,
            "{claims:?} {identity:?} {:?} {}",
            seen.headers, seen.debug
        )
        .unwrap();
    }
}

fn is_unprintable(headers: &http::HeaderMap) -> bool {
    headers
        .get("authorization")
        .is_none_or(HeaderValue::is_sensitive)
}

/// The public types that have something to print.
async fn print_types(texts: &mut String, layer: &SequenceAuthLayer, token: &str) {
    let service = layer.layer(());
    let verifier = layer.verifier();
    let verified = verifier.verify(token).await;
    write!(texts, "{layer:?} {service:?} {verifier:?} {verified:?}").unwrap();
    write!(texts, "{:?}", layer.health()).unwrap();
    if let Err(error) = layer.ready().await {
        write!(texts, "{error} {error:?}").unwrap();
    }
    let claims = SequenceClaims::builder().email(EMAIL).nonce(NONCE);
    write!(texts, "{claims:?} {:?}", claims.build()).unwrap();
    write!(texts, "{:?}", ISSUER.token().email(EMAIL).nonce(NONCE)).unwrap();
}

fn assert_clean(texts: &str, tokens: &[String]) {
    let texts = texts.to_lowercase();
    for token in tokens {
        for part in token.split('.').filter(|part| part.len() > 8) {
            assert!(!texts.contains(&part.to_lowercase()), "{part} in {texts}");
        }
    }
    assert!(!texts.contains("secret"), "{texts}");
}

/// Class 23: a reader of the logs cannot become a player. Of the many cases of tokens in logs,
/// tower-oauth2-resource-server #163 is the nearest to this crate.
#[tokio::test(start_paused = true)]
async fn secrets_stay_out_of_logs_and_answers() {
    let issuer = LocalIssuer::new();
    let down = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(|| async { Err(sequence_auth::FetchError::new("the issuer is down")) })
        .build()
        .unwrap();
    let mut layers = layers(&issuer, PROJECT);
    layers.extend([KEY.layer(), down]);
    let kinds = [
        "expired",
        "unknown_key",
        "invalid_signature",
        "invalid_subject",
        "keys_unavailable",
        "invalid_email",
        "foreign_nonce",
        "used_token",
        "not_authorized",
    ];
    assert_no_secret_is_seen(&issuer, &layers, &kinds).await;
}

/// Class 23: the same for OMS Wallet, with refusals of its own.
#[tokio::test(start_paused = true)]
async fn secrets_of_oms_wallet_stay_out_of_logs_and_answers() {
    let issuer = LocalIssuer::oms_wallet();
    let layers = layers(&issuer, "prj_01hx");
    let kinds = [
        "expired",
        "unknown_key",
        "invalid_signature",
        "invalid_subject",
        "invalid_wallet_address",
        "unsupported_wallet_type",
        "invalid_email",
        "foreign_nonce",
        "untrusted_times",
        "not_authorized",
        "every OMS Wallet token is refused here",
    ];
    assert_no_secret_is_seen(&issuer, &layers, &kinds).await;
}

/// Sends every token in every way through the layers. The events must include these kinds, and must not contain a
/// secret.
async fn assert_no_secret_is_seen(
    issuer: &LocalIssuer,
    layers: &[SequenceAuthLayer],
    kinds: &[&str],
) {
    let (recorder, _guard) = Recorder::start();
    let mut texts = String::new();
    let tokens = tokens(issuer);
    for layer in layers {
        for token in &tokens {
            for request in requests(token) {
                print(&mut texts, &send(layer, request).await);
            }
        }
        print_types(&mut texts, layer, &tokens[0]).await;
    }
    let events = recorder.text();
    for kind in kinds {
        assert!(events.contains(kind), "{kind}: {events}");
    }
    texts.push_str(&events);
    assert_clean(&texts, &tokens);
}

/// Class 23: a shared cache must not store a refusal and send it to the next player, or store one player's response and
/// send it to another. CVE-2026-44457 (Hono).
#[tokio::test(start_paused = true)]
async fn refusals_are_not_cacheable() {
    let down = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(std::future::pending)
        .build()
        .unwrap();
    let expired = ISSUER.token().expired().mint();
    for (layer, request, kind) in [
        (layer(), without_token(), Kind::MissingToken),
        (layer(), bearer(&expired), Kind::Expired),
        (
            layer(),
            with_authorization("Bearer"),
            Kind::MalformedAuthorization,
        ),
        (down, bearer(&ISSUER.token().mint()), Kind::KeysUnavailable),
    ] {
        let with_type = |content_type: &'static str| {
            let mut grpc = Request::get("/").body(Script::empty()).unwrap();
            *grpc.headers_mut() = request.headers().clone();
            let content_type = HeaderValue::from_static(content_type);
            grpc.headers_mut().insert("content-type", content_type);
            grpc
        };
        let (grpc, web) = (
            with_type("application/grpc"),
            with_type("application/grpc-web"),
        );
        for request in [request, grpc, web] {
            let answer = send(&layer, request).await;
            assert_eq!(answer.kind(), Some(kind));
            assert_eq!(answer.headers["cache-control"], "no-store", "{kind:?}");
        }
    }
}
