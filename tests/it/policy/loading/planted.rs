//! A planted value of a loaded type never reaches the handler.

use http::Request;
use sequence_auth::{SequenceAuthLayer, TokenSource, testing::LocalIssuer};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use super::{Mode, Player, Players, assert_accepted, assert_loaded, good};
use crate::{
    key_endpoint::{Endpoint, Mode as KeysMode},
    support::{ISSUER, PROJECT, Script, bearer, json, layer, send, with_field, without_token},
};

fn eve() -> Player {
    Player("eve@example.com".to_owned())
}

fn planted(mut request: Request<Script>) -> Request<Script> {
    request.extensions_mut().insert(eve());
    request
}

fn loading() -> SequenceAuthLayer {
    Players::new(Mode::Knows).behind(layer())
}

#[tokio::test]
async fn planted_value_is_replaced_by_the_loaded_one() {
    let token = ISSUER.token().mint();
    for layer in [loading(), loading().optional()] {
        for request in [bearer(&token), with_field(&token)] {
            assert_accepted(&layer, planted(request)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn planted_value_is_replaced_after_waiting_for_keys() {
    let endpoint = Endpoint::new(KeysMode::Good);
    let layer = Players::new(Mode::Knows).behind(endpoint.layer());
    let request = planted(bearer(&endpoint.token()));
    assert_accepted(&layer, request).await;
}

#[tokio::test]
async fn anonymous_request_keeps_no_planted_value() {
    let optional = loading().optional().body_limit(100);
    for request in [
        without_token(),
        json("{}"),
        json("no json"),
        json("x".repeat(101)),
    ] {
        let answer = send(&optional, planted(request)).await;
        assert!(answer.seen().anonymous);
        assert_loaded(&answer, None);
    }
}

/// If only one of two issuers loads, a planted value is also removed for tokens of the other issuer.
#[tokio::test]
async fn other_issuer_keeps_no_planted_value() {
    let oms_wallet = LocalIssuer::oms_wallet();
    let players = Players::new(Mode::Knows);
    let of_oms_wallet = || bearer(&oms_wallet.token().email("player@example.com").mint());
    let first = loading().or(oms_wallet.layer("prj_01")).unwrap();
    let second = layer().or(players.behind(oms_wallet.layer("prj_01")));
    for (layer, loaded, other) in [
        (first, good(), of_oms_wallet()),
        (second.unwrap(), of_oms_wallet(), good()),
    ] {
        let answer = send(&layer, planted(other)).await;
        answer.claims();
        assert_loaded(&answer, None);
        assert_accepted(&layer, planted(loaded)).await;
        let answer = send(&layer.optional(), planted(without_token())).await;
        assert_loaded(&answer, None);
    }
}

#[tokio::test]
async fn refused_request_reaches_nobody() {
    let layer = Players::new(Mode::KnowsNobody).behind(layer());
    let service = ServiceBuilder::new().layer(layer);
    let service = service.service_fn(async |_| -> Result<http::Response<String>, String> {
        panic!("the inner service was called")
    });
    let token = ISSUER.token().expired().mint();
    for request in [good(), bearer(&token), without_token(), json("no json")] {
        let response = service.clone().oneshot(planted(request)).await.unwrap();
        assert!(response.status().is_client_error());
    }
}

/// An inner layer that loads also removes the value that an outer layer of this crate loaded.
#[tokio::test]
async fn value_of_outer_layer_never_reaches_an_inner_one() {
    let header = || [TokenSource::header("x-token").unwrap()];
    let stack = |inner: SequenceAuthLayer| {
        let inner = inner.optional().sources(header());
        let seen = service_fn(async |request: Request<_>| {
            let player = request.extensions().get::<Player>().cloned();
            drop::<Request<sequence_auth::RequestBody<sequence_auth::RequestBody<Script>>>>(
                request,
            );
            let mut response = http::Response::new(String::new());
            response.extensions_mut().insert(player);
            Ok::<_, String>(response)
        });
        ServiceBuilder::new()
            .layer(loading())
            .layer(inner)
            .service(seen)
    };
    for inner in [layer(), loading()] {
        let response = stack(inner).oneshot(good()).await.unwrap();
        assert_eq!(response.extensions().get(), Some(&None::<Player>));
    }
}

/// The claims are the verified ones, with any load.
#[tokio::test]
async fn load_cannot_replace_the_claims() {
    let issuer = LocalIssuer::new();
    let layer = issuer.layer(PROJECT).load(|claims| async move {
        let other = sequence_auth::SequenceClaims::builder().email("eve@example.com");
        drop(claims);
        Ok::<_, String>(Some(other.build()))
    });
    let answer = send(&layer, bearer(&issuer.token().mint())).await;
    assert_eq!(answer.claims().email(), Some("player@example.com"));
}
