//! The address of the metrics.

use axum::{Router, http::StatusCode, routing::get};
use reqwest::Client;
use tokio::{net::TcpListener, sync::watch};

use super::parse;
use crate::server::listeners::Listeners;

const ANY_PORT: &str = "127.0.0.1:0";

/// Returns the responses to `/app` and `/metrics` at the public address and at the address of the metrics.
async fn answers(options: &[&str]) -> [[StatusCode; 2]; 2] {
    let listeners = Listeners::bind(&parse(options)).await.unwrap();
    let addresses = [listeners.public_address(), listeners.metrics_address()];
    let (running, ends) = watch::channel(());
    let app = Router::new().route("/app", get(StatusCode::OK));
    let metrics = Router::new().route("/metrics", get(StatusCode::OK));
    let server = tokio::spawn(listeners.serve(app, metrics, ends));
    let client = Client::builder().no_proxy().build().unwrap();
    let mut answers = [[StatusCode::IM_A_TEAPOT; 2]; 2];
    for (address, answers) in addresses.into_iter().zip(&mut answers) {
        let address = address.unwrap();
        for (path, answer) in ["app", "metrics"].into_iter().zip(answers) {
            let response = client.get(format!("http://{address}/{path}")).send().await;
            *answer = response.unwrap().status();
        }
    }
    drop((client, running));
    server.await.unwrap().unwrap();
    answers
}

#[tokio::test]
async fn metrics_are_on_the_public_port_by_default() {
    let both = [StatusCode::OK; 2];
    assert_eq!(answers(&["--listen", ANY_PORT]).await, [both, both]);
}

#[tokio::test]
async fn metrics_that_have_a_port_of_their_own_are_on_no_other() {
    let options = ["--listen", ANY_PORT, "--metrics-listen", ANY_PORT];
    let (app, metrics) = (
        [StatusCode::OK, StatusCode::NOT_FOUND],
        [StatusCode::NOT_FOUND, StatusCode::OK],
    );
    assert_eq!(answers(&options).await, [app, metrics]);
}

#[tokio::test]
async fn address_that_cannot_be_had_is_named_with_its_option() {
    let holder = TcpListener::bind(ANY_PORT).await.unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let options = ["--listen", ANY_PORT, "--metrics-listen", &taken];
    let problem = Listeners::bind(&parse(&options)).await.err().unwrap();
    assert!(
        problem.contains("--metrics-listen") && problem.contains(&taken),
        "{problem}"
    );
}
