//! The layer around the filters of warp, served by hyper.

use axum::body::Bytes;
use frameworks::warp_service::serve;
use sequence_auth::SequenceClaims;
use test_support::layer;
use tokio::net::TcpListener;
use warp::Filter;

use crate::served::{Calls, Served, assert_guards};

async fn served() -> Served {
    let calls = Calls::new();
    let player = warp::path!("players" / String)
        .and(warp::ext::get::<SequenceClaims>())
        .and(warp::body::bytes())
        .map(|id: String, claims: SequenceClaims, body: Bytes| calls.answer(&claims, &id, &body));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, layer(), player));
    Served { address, calls }
}

assert_guards!(served());
