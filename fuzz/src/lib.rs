//! Shared code of the fuzz targets: layers, a runtime, and an inner service that reports the requests that reach it.

use std::{convert::Infallible, sync::LazyLock, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, StreamBody};
use sequence_auth::{
    EmailPolicy, RequestBody, SequenceAuthLayer, SequenceAuthLayerBuilder, SequenceClaims,
    testing::LocalIssuer,
};
use tokio::runtime::{Builder, Runtime};
use tower::{ServiceExt as _, service_fn};
use tower_layer::Layer as _;

pub const PROJECT: u64 = 13639;
/// The real public keys. The private keys are not here, so no input may ever be accepted.
pub const PRODUCTION_KEYS: &str = include_str!("../../tests/data/production-jwks.json");
/// The `kid` of the issuers whose tokens are accepted: both have the same.
pub const KEY_ID: &str = "fuzz";
pub const ISSUER_URL: &str = "https://waas.sequence.test";
pub const AUDIENCE: &str = "https://sequence.test/project/13639";
pub const OMS_ISSUER_URL: &str = "https://oms.sequence.test";
pub const OMS_PROJECT: &str = "prj_01";

/// A layer that trusts the real keys.
pub static PRODUCTION: LazyLock<SequenceAuthLayer> = LazyLock::new(|| {
    SequenceAuthLayer::builder(PROJECT)
        .static_keys(PRODUCTION_KEYS)
        .build()
        .expect("usable keys")
});

/// An issuer whose key is made in this process.
pub static ISSUER: LazyLock<LocalIssuer> =
    LazyLock::new(|| LocalIssuer::at(ISSUER_URL, AUDIENCE.trim_end_matches(char::is_numeric)));

/// An issuer of OMS Wallet whose key is made in this process, too.
pub static OMS_ISSUER: LazyLock<LocalIssuer> =
    LazyLock::new(|| LocalIssuer::oms_wallet_at(OMS_ISSUER_URL));

/// Keeps the tokens of a corpus valid.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A layer that trusts the Embedded Wallet issuer, under a `kid` that a corpus may name.
pub static LOCAL: LazyLock<SequenceAuthLayer> = LazyLock::new(|| {
    let builder = SequenceAuthLayer::builder(PROJECT)
        .issuer(ISSUER.url())
        .audience_prefix(AUDIENCE.trim_end_matches(char::is_numeric));
    layer(builder, &ISSUER)
});

/// A layer that trusts the OMS Wallet issuer.
pub static OMS_WALLET: LazyLock<SequenceAuthLayer> = LazyLock::new(|| {
    let builder = SequenceAuthLayer::oms_wallet(OMS_PROJECT, OMS_ISSUER_URL);
    layer(builder, &OMS_ISSUER)
});

/// A layer that trusts both.
pub static EITHER: LazyLock<SequenceAuthLayer> = LazyLock::new(|| {
    let either = LOCAL.clone().or(OMS_WALLET.clone());
    either.expect("issuers of two kinds")
});

fn layer(builder: SequenceAuthLayerBuilder, issuer: &LocalIssuer) -> SequenceAuthLayer {
    builder
        .static_keys(issuer.jwks().replace(&issuer.key_id(), KEY_ID))
        .max_token_lifetime(CENTURY)
        .build()
        .expect("usable keys")
        .email_policy(EmailPolicy::Optional)
}

/// Reads a method, and then a header in each line.
pub fn request_head(data: &[u8]) -> Option<Request<&'static [u8]>> {
    let mut lines = data.split(|byte| *byte == b'\n');
    let mut request = Request::new(&b""[..]);
    *request.method_mut() = Method::from_bytes(lines.next()?).ok()?;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        request.headers_mut().append(name, value);
    }
    Some(request)
}

pub type Frames = tokio_stream::Iter<std::vec::IntoIter<Frame>>;
pub type Frame = Result<http_body::Frame<Bytes>, Infallible>;

/// What reached the inner service, if it was called.
#[derive(Clone)]
pub struct Seen {
    pub claims: Option<SequenceClaims>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Sends a request through a layer; the body comes in pieces of `step` bytes.
pub fn send(layer: &SequenceAuthLayer, request: Request<&[u8]>, step: usize) -> Option<Seen> {
    let request = request.map(|body| {
        let frame = |piece: &[u8]| Ok(http_body::Frame::data(Bytes::copy_from_slice(piece)));
        let frames: Vec<Frame> = body.chunks(step.max(1)).map(frame).collect();
        StreamBody::new(tokio_stream::iter(frames))
    });
    let service = layer.layer(service_fn(witness));
    let response = run(service.oneshot(request)).unwrap_or_else(|never| match never {});
    let seen = response.extensions().get().cloned();
    assert_eq!(seen.is_some(), response.status() == StatusCode::OK);
    seen
}

async fn witness(
    request: Request<RequestBody<StreamBody<Frames>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let claims = request.extensions().get().cloned();
    let headers = request.headers().clone();
    let body = request.into_body().collect().await?.to_bytes();
    let mut response = Response::default();
    response.extensions_mut().insert(Seen {
        claims,
        headers,
        body,
    });
    Ok(response)
}

/// Runs a future to its end.
pub fn run<F: Future>(future: F) -> F::Output {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
