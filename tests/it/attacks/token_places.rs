//! Class 23: in every place, a token stays out of events, responses and printed headers, and so do the secrets beside
//! it.

use std::fmt::Write as _;

use http::Request;
use sequence_auth::{SequenceAuthLayer, TokenSource, testing::LocalIssuer};

use crate::{
    recorder::Recorder,
    source::{COOKIE, HEADER, PLACES, PREFIX, with, with_body},
    support::{Answer, PROJECT, Script, send, without_token},
};

const SECRET: &str = "secretsecret";

/// Looks in every place, in the body first or last.
fn layers(issuer: &LocalIssuer) -> Vec<SequenceAuthLayer> {
    let sources = || PLACES.map(|place| (place.source)());
    let mut reversed = sources();
    reversed.reverse();
    let both = [
        issuer.layer(PROJECT).sources(sources()),
        issuer.layer(PROJECT).sources(reversed),
    ];
    let each = PLACES.map(|place| issuer.layer(PROJECT).sources([(place.source)()]));
    let layers: Vec<_> = both.into_iter().chain(each).collect();
    let optional: Vec<_> = layers
        .iter()
        .map(|layer| layer.clone().optional())
        .collect();
    [layers, optional].concat()
}

/// A request with the token in each place, and malformed or from another site in each.
fn requests(token: &str) -> Vec<Request<Script>> {
    let well_formed = PLACES
        .iter()
        .map(|place| (place.put)(without_token(), token));
    let broken = [
        with(
            without_token(),
            "authorization",
            format!("Bearer {token} {SECRET}"),
        ),
        with(without_token(), "authorization", format!("Basic {token}")),
        with(without_token(), HEADER, format!("{token}, {SECRET}")),
        twice(HEADER, token),
        with(
            without_token(),
            "cookie",
            format!("{COOKIE}=\"{token}\"; {SECRET}={SECRET}"),
        ),
        twice("cookie", &format!("{COOKIE}={token}")),
        with(
            without_token(),
            "cookie",
            format!("{COOKIE}={token}; a={}", SECRET.repeat(2000)),
        ),
        twice("sec-websocket-protocol", &format!("{PREFIX}{token}")),
        with(
            without_token(),
            "sec-websocket-protocol",
            format!("{PREFIX}{token}%{SECRET}"),
        ),
        with_body(
            without_token(),
            &format!(r#"{{"token":["{token}"],"{SECRET}":0}}"#),
        ),
        with_body(without_token(), &format!(r#"{{"token":"{token}"{SECRET}"#)),
        with_body(
            without_token(),
            &format!(r#"{{"token":"{token}","token":"{SECRET}"}}"#),
        ),
        with_body(without_token(), &format!(r#"{{"other":"{token}"}}"#)),
        from_elsewhere(token),
    ];
    let requests = well_formed.chain(broken);
    requests.map(with_neighbours).collect()
}

fn twice(name: &'static str, line: &str) -> Request<Script> {
    with(with(without_token(), name, line), name, line)
}

fn from_elsewhere(token: &str) -> Request<Script> {
    let request = with(without_token(), "cookie", format!("{COOKIE}={token}"));
    let request = with(request, "upgrade", "websocket");
    let request = with(request, "sec-fetch-site", SECRET);
    with(request, "origin", format!("https://{SECRET}.test"))
}

/// Adds other secrets: another cookie, another header, the query.
fn with_neighbours(mut request: Request<Script>) -> Request<Script> {
    let secret = format!("session={SECRET}");
    *request.uri_mut() = format!("/play?{secret}").parse().unwrap();
    with(with(request, "cookie", &secret), "x-other", SECRET)
}

/// The visible parts of a response, and of the sources' headers for code that prints them.
fn print(texts: &mut String, answer: &Answer, layer: &SequenceAuthLayer) {
    write!(texts, "{:?} {:?} {layer:?}", answer.headers, answer.body).unwrap();
    if let Some(error) = &answer.error {
        write!(texts, "{error} {error:?}").unwrap();
    }
    if let Some(seen) = &answer.seen {
        write!(texts, "{:?} {}", seen.claims, seen.debug).unwrap();
    }
}

#[track_caller]
fn assert_clean(texts: &str, tokens: &[String]) {
    let texts = texts.to_lowercase();
    let parts = tokens.iter().flat_map(|token| token.split('.'));
    for part in parts.filter(|part| part.len() > 8) {
        assert!(!texts.contains(&part.to_lowercase()), "{part}");
    }
    let start = texts.find("secret");
    assert!(start.is_none(), "{:.300}", &texts[start.unwrap_or(0)..]);
}

/// Class 23: tokens get into logs (CWE-532) through headers that the log's authors did not expect.
#[tokio::test(start_paused = true)]
async fn tokens_stay_out_of_logs_and_answers_wherever_they_are() {
    let (recorder, _guard) = Recorder::start();
    let mut texts = String::new();
    let issuer = LocalIssuer::new();
    let tokens = vec![
        issuer.token().email("secret@example.com").mint(),
        issuer.token().nonce("secret-nonce").expired().mint(),
        issuer.token().header("kid", "secret-key").mint(),
    ];
    for layer in layers(&issuer) {
        for request in tokens.iter().flat_map(|token| requests(token)) {
            print(&mut texts, &send(&layer, request).await, &layer);
        }
    }
    let events = recorder.text();
    for kind in [
        "missing_token",
        "malformed_token_header",
        "repeated_token_header",
        "malformed_token_cookie",
        "repeated_token_cookie",
        "cross_site_cookie",
        "malformed_token_protocol",
        "repeated_token_protocol",
        "token_field_not_string",
        "repeated_token_field",
        "unknown_key",
        "no token was found",
    ] {
        assert!(events.contains(kind), "{kind}");
    }
    texts.push_str(&events);
    assert_clean(&texts, &tokens);
}

/// Class 23: code behind the layer can print the headers without printing a token, with any source.
#[tokio::test]
async fn headers_print_without_tokens_behind_the_layer() {
    let issuer = LocalIssuer::new();
    let token = issuer.token().mint();
    let sources = || PLACES.map(|place| (place.source)());
    for layer in [
        issuer.layer(PROJECT).sources(sources()),
        issuer.layer(PROJECT).sources(sources()).optional(),
    ] {
        for place in PLACES.iter().filter(|place| place.name != "custom") {
            let answer = send(&layer, (place.put)(without_token(), &token)).await;
            answer.claims();
            let printed = format!("{:?}", answer.seen().headers);
            assert!(!printed.contains(&token), "{}: {printed}", place.name);
        }
    }
}

/// Class 33: a server that chooses the first offered protocol would echo the token to the network.
#[tokio::test]
async fn no_subprotocol_with_a_token_can_be_chosen() {
    let issuer = LocalIssuer::new();
    let protocol = || TokenSource::subprotocol(PREFIX).unwrap();
    for layer in [
        issuer.layer(PROJECT).sources([protocol()]),
        issuer
            .layer(PROJECT)
            .sources([TokenSource::bearer(), protocol()]),
        issuer
            .layer(PROJECT)
            .sources([TokenSource::bearer(), protocol()])
            .optional(),
    ] {
        let bearer = format!("Bearer {}", issuer.token().mint());
        let entry = format!("{PREFIX}{}, v1", issuer.token().mint());
        let request = with(without_token(), "sec-websocket-protocol", entry);
        let answer = send(&layer, with(request, "authorization", bearer)).await;
        answer.claims();
        assert_eq!(answer.seen().headers["sec-websocket-protocol"], "v1");
    }
}
