//! Routes with policies of their own share one set of keys and one cache.

use axum::{
    Extension, Router,
    body::Body,
    routing::{get, post},
};
use http::{Request, StatusCode};
use sequence_auth::SequenceClaims;
use tower::ServiceExt;

use crate::{
    issuer::token_cache::cached_tokens,
    key_endpoint::{Endpoint, Mode},
    login::nonces,
};

async fn wallet(Extension(claims): Extension<SequenceClaims>) -> String {
    claims.wallet().to_string()
}

async fn status(app: &Router, method: &str, path: &str, token: &str) -> StatusCode {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    app.clone().oneshot(request).await.unwrap().status()
}

#[tokio::test(start_paused = true)]
async fn routes_share_one_refresher_and_cache() {
    let endpoint = Endpoint::new(Mode::Good);
    let nonces = nonces();
    let auth = endpoint.layer();
    let login = auth.clone().with_nonces(nonces.clone());
    let app = Router::new()
        .route("/login", post(wallet).layer(login))
        .route("/me", get(wallet).layer(auth.clone()));
    let token = endpoint.issuer.token().nonce(&nonces.issue()).mint();
    assert_eq!(status(&app, "POST", "/login", &token).await, StatusCode::OK);
    assert_eq!(cached_tokens(&auth), Some(0));
    for _ in 0..2 {
        assert_eq!(status(&app, "GET", "/me", &token).await, StatusCode::OK);
        let replayed = status(&app, "POST", "/login", &token).await;
        assert_eq!(replayed, StatusCode::UNAUTHORIZED);
    }
    let plain = endpoint.token();
    assert_eq!(status(&app, "GET", "/me", &plain).await, StatusCode::OK);
    let refused = status(&app, "POST", "/login", &plain).await;
    assert_eq!(refused, StatusCode::UNAUTHORIZED);
    assert_eq!(cached_tokens(&auth), Some(2));
    assert_eq!(endpoint.attempts(), 1);
}
