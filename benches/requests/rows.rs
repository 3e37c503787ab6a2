//! What is measured.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bench_support::{PROJECT, bearer, layer, oms_layer, protected, send};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use serde_json::json;

use super::row::{BATCH, BATCHES, ROUNDS, Row, row};

/// The default of the crate.
const CACHED: usize = 4_096;

/// How many players alternate in the rows of seen tokens.
const PLAYERS: [usize; 3] = [1, 1_000, 100_000];

pub(crate) fn by_rs256(issuer: &LocalIssuer) -> Vec<Row> {
    let mut rows = new_tokens(issuer);
    rows.extend(PLAYERS.map(|players| {
        let name = format!("seen token, players: {players}");
        seen_tokens(&name, &layer(issuer, 2 * players), issuer, players)
    }));
    rows.extend(refused(issuer));
    rows
}

/// The rows with another cost for this algorithm.
pub(crate) fn by_es256(issuer: &LocalIssuer) -> Vec<Row> {
    let tokens = minted(issuer, "header");
    let (again, cached) = (tokens.clone(), oms_layer(issuer, CACHED));
    let (message, signature) = tokens[0].rsplit_once('.').unwrap();
    let forged = format!("{message}.{}", forged(signature));
    vec![
        row(
            "new token, no cache",
            &oms_layer(issuer, 0),
            move |number| bearer(&tokens[number]),
        ),
        row("new token", &cached, move |number| bearer(&again[number])),
        seen_tokens("seen token", &oms_layer(issuer, CACHED), issuer, 1),
        row("bad signature", &cached, move |_| bearer(&forged)),
    ]
}

/// A token for each request that may be sent.
fn minted(issuer: &LocalIssuer, claim: &str) -> Vec<String> {
    let numbers = 0..=ROUNDS * BATCHES * BATCH;
    numbers
        .map(|number| issuer.token().claim(claim, number).mint())
        .collect()
}

fn new_tokens(issuer: &LocalIssuer) -> Vec<Row> {
    let (in_headers, in_bodies) = (minted(issuer, "header"), minted(issuer, "body"));
    let again = in_headers.clone();
    let padding = "x".repeat(5_400);
    let large = issuer.token().claim("padding", padding).mint();
    assert!((8_000..8_192).contains(&large.len()), "{}", large.len());
    let off = layer(issuer, 0);
    vec![
        row("new token, no cache", &off, move |number| {
            bearer(&in_headers[number])
        }),
        row("new token", &layer(issuer, CACHED), move |number| {
            bearer(&again[number])
        }),
        row(
            "new token in a JSON body",
            &layer(issuer, CACHED),
            move |number| json_body(&in_bodies[number]),
        ),
        row("8 KiB of token, no cache", &off, move |_| bearer(&large)),
    ]
}

/// Tokens of so many players, who come in no order that a processor would guess.
fn seen_tokens(name: &str, layer: &SequenceAuthLayer, issuer: &LocalIssuer, players: usize) -> Row {
    let tokens: Vec<_> = (0..players)
        .map(|player| issuer.token().claim("player", player).mint())
        .collect();
    for token in &tokens {
        // The token is cached at its second use.
        send(&mut protected(layer), bearer(token));
        send(&mut protected(layer), bearer(token));
    }
    let row = row(name, layer, move |number| {
        bearer(&tokens[number.wrapping_mul(7_919) % players])
    });
    // Enough for every player of a small game to come by.
    row.with_batches(100)
}

fn refused(issuer: &LocalIssuer) -> Vec<Row> {
    let good = issuer.token().mint();
    let header = |name: &str, value: &str| issuer.token().header(name, value).mint();
    let (message, signature) = good.rsplit_once('.').unwrap();
    // As many letters as make whole bytes, and one more, which does not.
    let letters = (8192 - message.len() - 2) / 4 * 4;
    let wrong_length = format!("{message}.{}", "A".repeat(letters));
    let malformed = format!("{wrong_length}A");
    let tokens = [
        ("malformed", "x.y.z".to_owned()),
        ("8 KiB of dots", ".".repeat(8192)),
        ("8 KiB of signature", wrong_length),
        ("8 KiB of signature, malformed at the end", malformed),
        ("larger than 8 KiB", "A".repeat(8193)),
        ("other algorithm", header("alg", "HS256")),
        ("unknown key", header("kid", "unknown")),
        ("bad signature", format!("{message}.{}", forged(signature))),
        ("expired", issuer.token().expired().mint()),
        ("without email", issuer.token().guest().mint()),
        ("other project", issuer.token().project(PROJECT + 1).mint()),
        (
            "other issuer",
            issuer.token().claim("iss", "https://other.example").mint(),
        ),
    ];
    let layer = layer(issuer, CACHED);
    let refused = tokens.map(|(name, token)| row(name, &layer, move |_| bearer(&token)));
    let mut rows = vec![row("no token", &layer, |_| anonymous())];
    rows.extend(refused);
    rows
}

/// A request without a token.
fn anonymous() -> Request<Full<Bytes>> {
    Request::get("/").body(Full::default()).unwrap()
}

/// A request with its token in a JSON body, as the official guide sends it.
fn json_body(token: &str) -> Request<Full<Bytes>> {
    let body = json!({ "sequenceToken": token }).to_string();
    Request::post("/")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn forged(signature: &str) -> String {
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[40] ^= 1;
    URL_SAFE_NO_PAD.encode(signature)
}
