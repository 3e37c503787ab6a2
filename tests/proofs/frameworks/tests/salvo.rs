//! The layer as a hoop of salvo, and in salvo's adapter for tower, served by salvo.

use frameworks::{salvo_adapter::adapted, salvo_hoop::Authenticated};
use http::{HeaderValue, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use salvo::{
    Depot, FlowCtrl, Handler, Request, Response, Router, Server, async_trait,
    conn::{Acceptor, Listener, TcpListener},
};
use sequence_auth::SequenceClaims;
use test_support::layer;

use crate::served::{Calls, Served, assert_guards, panicking, welcome};

struct Player(&'static Calls);

#[async_trait]
impl Handler for Player {
    async fn handle(
        &self,
        request: &mut Request,
        _: &mut Depot,
        response: &mut Response,
        _: &mut FlowCtrl,
    ) {
        let claims: SequenceClaims = request.extensions().get().cloned().expect("the hoop ran");
        let id: String = request.param("id").unwrap();
        let body = request.payload().await.unwrap();
        response.render(self.0.answer(&claims, &id, body));
    }
}

struct Upgrade;

#[async_trait]
impl Handler for Upgrade {
    async fn handle(
        &self,
        request: &mut Request,
        _: &mut Depot,
        response: &mut Response,
        _: &mut FlowCtrl,
    ) {
        let upgrade: OnUpgrade = request.extensions_mut().remove().unwrap();
        tokio::spawn(async { welcome(TokioIo::new(upgrade.await.unwrap())).await });
        response.status_code(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert("connection", HeaderValue::from_static("upgrade"));
        headers.insert("upgrade", HeaderValue::from_static("greeting"));
    }
}

async fn served(hoop: impl Handler) -> Served {
    let calls = Calls::new();
    let player = Router::with_path("players/{id}").goal(Player(calls));
    let upgrade = Router::with_path("upgrade").goal(Upgrade);
    let router = Router::with_hoop(hoop).push(player).push(upgrade);
    let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
    let address = acceptor.holdings()[0].local_addr.clone();
    tokio::spawn(Server::new(acceptor).serve(router));
    Served {
        address: address.into_std().unwrap(),
        calls,
    }
}

assert_guards!(served(Authenticated(layer())));

#[tokio::test]
async fn upgrades_go_through() {
    let served = served(Authenticated(layer())).await;
    served.assert_upgrades_go_through().await;
}

#[tokio::test]
async fn a_predicate_that_panics_ends_its_own_request_alone() {
    let served = served(Authenticated(panicking())).await;
    let answer = served.after_a_panic().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

mod in_the_adapter {
    use super::*;

    assert_guards!(served(adapted(layer())));

    #[tokio::test]
    async fn upgrades_go_through() {
        served(adapted(layer()))
            .await
            .assert_upgrades_go_through()
            .await;
    }

    #[tokio::test]
    async fn a_predicate_that_panics_ends_the_hoop() {
        let answer = served(adapted(panicking())).await.after_a_panic().await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    }
}
