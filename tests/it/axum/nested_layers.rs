//! Of two layers around a handler, both find a token in a subprotocol. The handler sees it in no place.

use std::future::ready;

use axum::{Router, body::Body, extract::Request, routing::any};
use sequence_auth::{
    Anonymous, AuthErrorKind as Kind, SequenceAuthLayer, SequenceClaims, TokenSource,
};

use super::{Reply, call};
use crate::{
    source::PREFIX,
    support::{ISSUER, layer},
};

const NAME: &str = "sec-websocket-protocol";

fn by(prefixes: &[&str]) -> SequenceAuthLayer {
    let protocols = prefixes
        .iter()
        .map(|prefix| TokenSource::subprotocol(prefix).unwrap());
    layer().sources([TokenSource::bearer()].into_iter().chain(protocols))
}

/// Sends a request with these subprotocols through the layers, the outermost last.
async fn offer(layers: &[SequenceAuthLayer], protocols: &str) -> Reply {
    let request = Request::get("/").header(NAME, protocols);
    send(layers, request.body(Body::empty()).unwrap()).await
}

async fn send(layers: &[SequenceAuthLayer], request: Request) -> Reply {
    let app = Router::new().route("/", any(show));
    let app = layers
        .iter()
        .fold(app, |app, layer| app.layer(layer.clone()));
    call(&app, request).await
}

/// Shows everything that a handler sees of the request.
async fn show(request: Request) -> String {
    let extensions = request.extensions();
    let player = match extensions.get::<SequenceClaims>() {
        Some(_) => "player",
        None if extensions.get::<Anonymous>().is_some() => "anonymous",
        None => "nobody",
    };
    let offered = request.headers().get_all(NAME).iter();
    let offered: Vec<_> = offered.map(|value| value.to_str().unwrap()).collect();
    format!("{player} {offered:?} {request:?}")
}

#[track_caller]
fn assert_shows(reply: &Reply, start: &str, token: &str) {
    assert!(reply.body.starts_with(start), "{reply:?}");
    assert!(!reply.body.contains(token), "{reply:?}");
}

#[tokio::test]
async fn every_layer_checks_the_token_of_a_subprotocol() {
    let token = ISSUER.token().mint();
    let auth = by(&[PREFIX]);
    let waiting = auth.clone().authorize_async(|_| ready(true));
    for layers in [
        [auth.clone(), auth.clone().optional()],
        [auth.clone().optional(), auth.clone()],
        [auth.clone(), waiting.clone()],
        [waiting, auth],
    ] {
        let reply = offer(&layers, &format!("v2, {PREFIX}{token}, v1")).await;
        assert_shows(&reply, r#"player ["v2, v1"]"#, &token);
        let reply = offer(&layers, &format!("{PREFIX}{token}")).await;
        assert_shows(&reply, "player []", &token);
    }
}

#[tokio::test]
async fn inner_layer_refuses_what_the_client_sent() {
    let good = ISSUER.token().mint();
    for (protocols, kind) in [
        (format!("v1, {PREFIX}x"), Kind::MalformedToken),
        (
            format!("{PREFIX}{good}, v1, {PREFIX}x"),
            Kind::RepeatedTokenProtocol,
        ),
        ("v1".to_owned(), Kind::MissingToken),
    ] {
        let inner = layer().sources([TokenSource::subprotocol(PREFIX).unwrap()]);
        let request = Request::get("/").header(NAME, &protocols);
        let request = request.header("authorization", format!("Bearer {good}"));
        let reply = send(
            &[inner, by(&[PREFIX])],
            request.body(Body::empty()).unwrap(),
        )
        .await;
        assert_eq!(reply.error, Some(kind), "{protocols}");
    }
}

#[tokio::test]
async fn layer_finds_the_prefixes_of_its_own_alone() {
    let token = ISSUER.token().mint();
    let both = || by(&["access.", PREFIX]);
    let optional = |prefixes: &[&str]| by(prefixes).optional();
    for (layers, player) in [
        (vec![optional(&[]), both()], "anonymous"),
        (vec![optional(&["access."]), both()], "anonymous"),
        (vec![by(&[PREFIX]), optional(&[]), both()], "player"),
        (
            vec![by(&[PREFIX]), optional(&["access."]), both()],
            "player",
        ),
        (vec![both(), both(), both()], "player"),
    ] {
        let reply = offer(&layers, &format!("{PREFIX}{token}, v1")).await;
        assert_shows(&reply, &format!(r#"{player} ["v1"]"#), &token);
    }
}
