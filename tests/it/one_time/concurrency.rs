//! Of many requests at the same time exactly one is accepted, and a client that disconnects uses nothing early.

use std::{convert::Infallible, future::pending, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use sequence_auth::{AuthErrorKind as Kind, MemoryStore, RequestBody};
use tokio::{sync::Barrier, sync::Notify, task::JoinSet};
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

use crate::{
    login::{assert_refused, nonces, token},
    support::{ISSUER, Script, bearer, layer, send, with_field},
};

const CLIENTS: usize = 1000;

/// Sends the token of each request at the same time, and returns how many passed.
async fn race(layer: sequence_auth::SequenceAuthLayer, requests: Vec<Request<Script>>) -> usize {
    let start = Arc::new(Barrier::new(requests.len()));
    let mut clients = JoinSet::new();
    for request in requests {
        let (layer, start) = (layer.clone(), Arc::clone(&start));
        clients.spawn(async move {
            start.wait().await;
            let answer = send(&layer, request).await;
            assert!(matches!(
                answer.kind(),
                None | Some(Kind::UsedNonce | Kind::UsedToken)
            ));
            answer.status == StatusCode::OK
        });
    }
    let passed = clients.join_all().await;
    passed.into_iter().filter(|passed| *passed).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_nonce_passes_one_of_1000_requests() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    let nonce = nonces.issue();
    let tokens = [
        token(&nonce),
        ISSUER.token().nonce(&nonce).email("o@example.com").mint(),
    ];
    let request = |index: usize| {
        let token = &tokens[index % 2];
        if index.is_multiple_of(3) {
            with_field(token)
        } else {
            bearer(token)
        }
    };
    assert_eq!(race(login, (0..CLIENTS).map(request).collect()).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_token_passes_one_of_1000_requests() {
    let login = layer().once(MemoryStore::default());
    let token = ISSUER.token().mint();
    let requests = (0..CLIENTS).map(|_| bearer(&token)).collect();
    assert_eq!(race(login, requests).await, 1);
}

#[tokio::test]
async fn disconnect_in_handler_leaves_nonce_used() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    let token = token(&nonces.issue());
    let called = Arc::new(Notify::new());
    let handler = {
        let called = Arc::clone(&called);
        service_fn(move |_: Request<RequestBody<Script>>| {
            called.notify_one();
            pending::<Result<Response<Full<Bytes>>, Infallible>>()
        })
    };
    let request = login.layer(handler).oneshot(bearer(&token));
    tokio::select! {
        _ = request => unreachable!("the handler does not answer"),
        () = called.notified() => {}
    }
    assert_refused(&login, bearer(&token), Kind::UsedNonce).await;
}

#[tokio::test]
async fn disconnect_before_use_leaves_nonce_unused() {
    let nonces = nonces();
    let asked = Arc::new(Notify::new());
    let slow = {
        let asked = Arc::clone(&asked);
        layer().authorize_async(move |_| {
            asked.notify_one();
            pending()
        })
    };
    let token = token(&nonces.issue());
    let slow = slow.with_nonces(nonces.clone());
    tokio::select! {
        _ = send(&slow, bearer(&token)) => unreachable!("the predicate does not answer"),
        () = asked.notified() => {}
    }
    let login = layer().with_nonces(nonces);
    send(&login, bearer(&token)).await.claims();
}
