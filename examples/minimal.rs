//! The layer with tower alone, without a server or a network.
//!
//! `cargo run --example minimal` prints the responses to a request with a token and to a request without one:
//!
//! ```text
//! with a token: 200 OK
//! Hello 0x52908400098527886E0F7030069857D2E4169EE7
//! without a token: 401 Unauthorized
//! {"error":"missing_token","error_description":"…"}
//! ```

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use sequence_auth::{
    Environment::Production, RequestBody, SequenceAuthLayer, SequenceClaims, testing::LocalIssuer,
};
use tower::{BoxError, ServiceBuilder, ServiceExt as _};

type Body = Full<Bytes>;

const PROJECT_ID: u64 = 13639;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    // Stands in for Sequence, with a new key.
    let sequence = LocalIssuer::at(Production.issuer(), Production.audience_prefix());

    let auth = SequenceAuthLayer::builder(PROJECT_ID)
        .static_keys(sequence.jwks()) // without this line, Sequence's own keys are fetched
        .build()?;
    let service = ServiceBuilder::new().layer(auth).service_fn(hello);

    let token = sequence.token().project(PROJECT_ID).mint();
    let with_token = Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::default())?;
    let without_token = Request::get("/").body(Body::default())?;

    for (name, request) in [
        ("with a token", with_token),
        ("without a token", without_token),
    ] {
        let response = service.clone().oneshot(request).await?;
        println!("{name}: {}", response.status());
        let body = response.into_body().collect().await?.to_bytes();
        println!("{}", String::from_utf8_lossy(&body));
    }
    Ok(())
}

/// Only runs with verified claims.
async fn hello(request: Request<RequestBody<Body>>) -> Result<Response<Body>, BoxError> {
    let claims: &SequenceClaims = request.extensions().get().ok_or("the layer is missing")?;
    Ok(Response::new(format!("Hello {}", claims.wallet()).into()))
}
