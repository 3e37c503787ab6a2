//! The layer as a middleware of poem, served by poem.

use frameworks::poem_middleware::Authenticated;
use http::StatusCode;
use poem::{
    Endpoint, EndpointExt, Request, Response, Route, Server,
    listener::{Acceptor, Listener, TcpListener},
};
use sequence_auth::{SequenceAuthLayer, SequenceClaims};
use test_support::layer;

use crate::served::{Calls, Served, assert_guards, panicking, welcome};

struct Player(&'static Calls);

impl Endpoint for Player {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_vec().await?;
        let claims: &SequenceClaims = request.extensions().get().expect("the middleware ran");
        let id = request.raw_path_param("id").unwrap();
        assert!(request.remote_addr().as_socket_addr().is_some());
        Ok(self.0.answer(claims, id, &body).into())
    }
}

struct Upgrade;

impl Endpoint for Upgrade {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let upgrade = request.take_upgrade().unwrap();
        tokio::spawn(async { welcome(upgrade.await.unwrap()).await });
        let response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header("connection", "upgrade")
            .header("upgrade", "greeting");
        Ok(response.finish())
    }
}

async fn served(auth: SequenceAuthLayer) -> Served {
    let calls = Calls::new();
    let app = Route::new()
        .at(
            "/players/:id",
            Player(calls).with(Authenticated(auth.clone())),
        )
        .at("/upgrade", Upgrade.with(Authenticated(auth)));
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .unwrap();
    let address = acceptor.local_addr().remove(0);
    tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
    Served {
        address: *address.as_socket_addr().unwrap(),
        calls,
    }
}

assert_guards!(served(layer()));

#[tokio::test]
async fn upgrades_go_through() {
    served(layer()).await.assert_upgrades_go_through().await;
}

#[tokio::test]
async fn a_predicate_that_panics_ends_its_own_request_alone() {
    let answer = served(panicking()).await.after_a_panic().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
