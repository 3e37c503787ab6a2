//! A token comes from an entry of `Sec-WebSocket-Protocol`, and the inner service does not see that entry.

use http::{Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource, testing::LocalIssuer};

use super::{PLACES, PREFIX, looking_in, with, with_body, with_lines};
use crate::support::{Answer, ISSUER, PROJECT, Script, bearer, layer, send, without_token};

const NAME: &str = "sec-websocket-protocol";

fn protocol_source() -> TokenSource {
    TokenSource::subprotocol(PREFIX).unwrap()
}

fn protocol_layer() -> SequenceAuthLayer {
    looking_in(protocol_source())
}

fn with_protocols<V: AsRef<[u8]>>(lines: impl IntoIterator<Item = V>) -> Request<Script> {
    with_lines(NAME, lines)
}

/// The protocols that the inner service may choose.
fn offered(answer: &Answer) -> Vec<&str> {
    let values = answer.seen().headers.get_all(NAME).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test]
async fn other_protocols_are_handed_on_in_their_order() {
    let ours = format!("{PREFIX}{}", ISSUER.token().mint());
    for (lines, rest) in [
        (vec![ours.clone()], vec![]),
        (vec![format!("b, {ours}")], vec!["b"]),
        (vec![format!("{ours}, b")], vec!["b"]),
        (vec![format!("b,a,{ours},c")], vec!["b, a, c"]),
        (vec![format!(" b ,, {ours} , ")], vec!["b"]),
        (vec![format!(",{ours},")], vec![]),
        (
            vec!["c, b".to_owned(), ours.clone(), "a".to_owned()],
            vec!["c, b, a"],
        ),
        (vec!["b".to_owned(), format!("{ours}, a")], vec!["b, a"]),
        (
            vec![format!("Token.x, xtoken.y, token, {ours}")],
            vec!["Token.x, xtoken.y, token"],
        ),
    ] {
        let answer = send(&protocol_layer(), with_protocols(&lines)).await;
        answer.claims();
        assert_eq!(offered(&answer), rest, "{lines:?}");
    }
}

#[tokio::test]
async fn header_without_the_entry_is_handed_on_as_it_came() {
    let layer = layer().sources([protocol_source(), TokenSource::bearer()]);
    for lines in [vec!["b ,a"], vec!["b", "a,c"], vec![""], vec![", "]] {
        let mut request = with_protocols(&lines);
        let token = format!("Bearer {}", ISSUER.token().mint());
        request
            .headers_mut()
            .insert("authorization", token.parse().unwrap());
        let answer = send(&layer, request).await;
        answer.claims();
        assert_eq!(offered(&answer), lines);
    }
}

#[tokio::test]
async fn entry_is_taken_out_whichever_source_decided() {
    let token = ISSUER.token().mint();
    let protocols = format!("game.v2, {PREFIX}{token}, game.v1");
    for place in PLACES.iter().filter(|place| place.name != "subprotocol") {
        let layer = layer().sources([(place.source)(), protocol_source()]);
        let request = with((place.put)(without_token(), &token), NAME, &protocols);
        let answer = send(&layer, request).await;
        answer.claims();
        assert_eq!(offered(&answer), ["game.v2, game.v1"], "{}", place.name);
    }
}

#[tokio::test]
async fn every_entry_is_taken_out_whichever_source_decided() {
    let layer = layer().sources([TokenSource::bearer(), protocol_source()]);
    for (lines, rest) in [
        (vec!["token.a, token.b"], vec![]),
        (vec!["token.a", "v1", "token.b"], vec!["v1"]),
        (vec!["token.", "v1"], vec!["v1"]),
        (vec!["token.\"x y\", v1"], vec!["v1"]),
    ] {
        let request = lines
            .iter()
            .fold(bearer(&ISSUER.token().mint()), |request, line| {
                with(request, NAME, line)
            });
        let answer = send(&layer, request).await;
        answer.claims();
        assert_eq!(offered(&answer), rest, "{lines:?}");
    }
    // More than the layer ever searches.
    let many = "token.a,".repeat(50_000) + "v1";
    let answer = send(&layer, with(bearer(&ISSUER.token().mint()), NAME, many)).await;
    assert_eq!(offered(&answer), ["v1"]);
}

#[tokio::test]
async fn request_with_an_entry_is_never_anonymous() {
    let json_field = TokenSource::json_field("token").unwrap();
    let optional = layer().optional().sources([json_field, protocol_source()]);
    let token = ISSUER.token().mint();
    for body in ["", "{}", "no JSON"] {
        let request = |entry: &str| with(with_body(without_token(), body), NAME, entry);
        let answer = send(&optional, request(&format!("v2, {PREFIX}{token}, v1"))).await;
        answer.claims();
        assert_eq!(offered(&answer), ["v2, v1"]);
        send(&optional, request("v1, token.x"))
            .await
            .assert_refused(Kind::MalformedToken);
    }
    let answer = send(&optional, with_protocols(["v2, v1"])).await;
    assert!(answer.seen().anonymous);
    assert_eq!(offered(&answer), ["v2, v1"]);
}

#[tokio::test(start_paused = true)]
async fn entry_is_taken_out_after_waiting() {
    let issuer = LocalIssuer::new();
    let layer = issuer
        .layer(PROJECT)
        .sources([TokenSource::json_field("token").unwrap(), protocol_source()]);
    issuer.rotate();
    let token = issuer.token().mint();
    let request = with_protocols([format!("v2, {PREFIX}{token}, v1")]);
    let answer = send(&layer, request).await;
    answer.claims();
    assert_eq!(offered(&answer), ["v2, v1"]);
    let body = format!(r#"{{"token":"{token}"}}"#);
    let request = with_body(with_protocols([format!("{PREFIX}x, v1")]), &body);
    let answer = send(&layer, request).await;
    answer.claims();
    assert_eq!(offered(&answer), ["v1"]);
}

#[tokio::test]
async fn two_entries_are_a_bad_request() {
    let ours = format!("{PREFIX}{}", ISSUER.token().mint());
    for lines in [
        vec![format!("{ours}, {ours}")],
        vec![ours.clone(), ours.clone()],
        vec![format!("{ours}, v1, {PREFIX}x")],
        vec![format!("{PREFIX}, {ours}")],
    ] {
        let answer = send(&protocol_layer(), with_protocols(&lines)).await;
        answer.assert_refused(Kind::RepeatedTokenProtocol);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn entry_without_a_token_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for entry in [
        PREFIX.to_owned(),
        format!("{PREFIX}\"{token}\""),
        format!("{PREFIX}{token} {token}"),
        format!("{PREFIX}{token};"),
        format!("{PREFIX}Bearer {token}"),
        format!("{PREFIX}!"),
        format!("{PREFIX}é"),
    ] {
        for layer in [protocol_layer(), protocol_layer().optional()] {
            let lines = ["v1", &entry];
            let answer = send(&layer, with_protocols(lines)).await;
            assert_eq!(answer.kind(), Some(Kind::MalformedTokenProtocol), "{entry}");
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
    }
}

#[tokio::test]
async fn bad_token_is_unauthorized() {
    for (text, kind) in [
        ("x", Kind::MalformedToken),
        (PREFIX, Kind::MalformedToken),
        (&ISSUER.token().expired().mint(), Kind::Expired),
        (&"x".repeat(8 * 1024), Kind::MalformedToken),
        (&"x".repeat(8 * 1024 + 1), Kind::TokenTooLarge),
        (&"x".repeat(16 * 1024 - 10), Kind::TokenTooLarge),
    ] {
        let entry = format!("{PREFIX}{text}");
        let answer = send(&protocol_layer(), with_protocols(["v1", &entry])).await;
        assert_eq!(answer.kind(), Some(kind), "{text:.20}");
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn more_than_16_kib_of_protocols_are_a_bad_request() {
    const LIMIT: usize = 16 * 1024;
    let ours = format!("{PREFIX}{}", ISSUER.token().mint());
    let filled = |bytes: usize| format!("{ours}, {}", "x".repeat(bytes - ours.len() - 2));
    send(&protocol_layer(), with_protocols([filled(LIMIT)]))
        .await
        .claims();
    for lines in [
        vec![filled(LIMIT + 1)],
        vec!["x".repeat(LIMIT), "v".to_owned()],
        vec![ours.clone(), ",".repeat(390_000)],
        vec![PREFIX.repeat(60_000)],
        vec![format!("{PREFIX},").repeat(50_000)],
    ] {
        let answer = send(&protocol_layer(), with_protocols(&lines)).await;
        answer.assert_refused(Kind::MalformedTokenProtocol);
    }
}

/// The entry is not searched for among any number of entries that contain its prefix, nor overlooked behind them.
#[tokio::test]
async fn entry_among_too_many_similar_ones_is_a_bad_request() {
    let ours = format!("{PREFIX}{}", ISSUER.token().mint());
    let similar = |count: usize| format!("x{PREFIX}, ").repeat(count);
    let layer = protocol_layer();
    send(&layer, with_protocols([similar(127) + &ours]))
        .await
        .claims();
    for protocols in [similar(128) + &ours, format!("{ours}, {}", similar(128))] {
        send(&layer, with_protocols([protocols]))
            .await
            .assert_refused(Kind::MalformedTokenProtocol);
    }
}

#[tokio::test]
async fn prefix_may_end_anywhere() {
    let token = ISSUER.token().mint();
    for prefix in ["t", "token.eyJ", &*format!("access.{}", &token[..1])] {
        let layer = looking_in(TokenSource::subprotocol(prefix).unwrap());
        let answer = send(&layer, with_protocols([format!("{prefix}{token}, v1")])).await;
        answer.claims();
        assert_eq!(offered(&answer), ["v1"]);
    }
}

#[tokio::test]
async fn each_prefix_has_its_entry_taken_out() {
    let layer = layer().sources([
        protocol_source(),
        TokenSource::subprotocol("access.").unwrap(),
    ]);
    let token = ISSUER.token().mint();
    for lines in [
        format!("access.{token}, v1"),
        format!("access.x, v1, {PREFIX}{token}"),
    ] {
        let answer = send(&layer, with_protocols([lines])).await;
        answer.claims();
        assert_eq!(offered(&answer), ["v1"]);
    }
}
