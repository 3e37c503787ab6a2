//! A `load` that is set before `or` applies to the players of its issuer, and a later one to all.

use std::{sync::LazyLock, time::Duration};

use http::Request;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::Instant;

use super::{Mode, Player, Players, assert_loaded, good, player};
use crate::support::{Script, bearer, layer, send};

static OMS_WALLET: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::oms_wallet);

fn oms_wallet() -> SequenceAuthLayer {
    OMS_WALLET.layer("prj_01")
}

fn good_of_oms_wallet() -> Request<Script> {
    bearer(&OMS_WALLET.token().email("player@example.com").mint())
}

/// Checks for which players a layer loads: those of Embedded Wallet, and those of OMS Wallet.
async fn assert_loads_for(layer: &SequenceAuthLayer, expected: [Option<&Player>; 2]) {
    for (request, expected) in [good(), good_of_oms_wallet()].into_iter().zip(expected) {
        let answer = send(layer, request).await;
        answer.claims();
        assert_loaded(&answer, expected);
    }
}

#[tokio::test]
async fn load_of_one_issuer_is_for_its_players_alone() {
    let players = Players::new(Mode::Knows);
    let player = player();
    let first = players.behind(layer()).or(oms_wallet()).unwrap();
    assert_loads_for(&first, [Some(&player), None]).await;
    let second = layer().or(players.behind(oms_wallet())).unwrap();
    assert_loads_for(&second, [None, Some(&player)]).await;
    assert_eq!(players.asked(), 2);
}

#[tokio::test]
async fn load_of_the_combined_layer_is_for_all() {
    let players = Players::new(Mode::Knows);
    let both = players.behind(layer().or(oms_wallet()).unwrap());
    assert_loads_for(&both, [Some(&player()); 2]).await;
    players.set(Mode::KnowsNobody);
    for request in [good(), good_of_oms_wallet()] {
        let answer = send(&both, request).await;
        answer.assert_refused(Kind::UnknownPlayer);
    }
}

#[tokio::test(start_paused = true)]
async fn timeouts_stay_with_their_issuer() {
    let second = Duration::from_secs(1);
    let hanging = Players::new(Mode::Hangs);
    let both = hanging.behind(layer()).load_timeout(second);
    let both = both.or(hanging.behind(oms_wallet())).unwrap();
    let all = both.clone().load_timeout(9 * second);
    for (layer, request, seconds) in [
        (&both, good(), 1),
        (&both, good_of_oms_wallet(), 5),
        (&all, good(), 9),
        (&all, good_of_oms_wallet(), 9),
    ] {
        let start = Instant::now();
        let answer = send(layer, request).await;
        answer.assert_refused(Kind::LoadFailed);
        assert_eq!(start.elapsed().as_secs(), seconds);
    }
}
