//! The layer, requests that are sent through it, and the raw signature check.

use std::{
    convert::Infallible,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use serde_json::{Value, json};
use tower::{Layer, Service, service_fn};

pub(crate) const PROJECT: u64 = 13639;

/// A layer with keys for good, so that no refetch takes part.
pub(crate) fn layer(issuer: &LocalIssuer) -> SequenceAuthLayer {
    SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .static_keys(issuer.jwks())
        .build()
        .unwrap()
}

/// A request without a token.
pub(crate) fn anonymous() -> Request<Full<Bytes>> {
    Request::get("/").body(Full::default()).unwrap()
}

/// A request with its token in the `Authorization` header.
pub(crate) fn bearer(token: &str) -> Request<Full<Bytes>> {
    Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(Full::default())
        .unwrap()
}

/// A request with its token in a JSON body, as the official guide sends it.
pub(crate) fn json_body(token: &str) -> Request<Full<Bytes>> {
    let body = json!({ "sequenceToken": token }).to_string();
    Request::post("/")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

/// Sends a request to a service that does not have to wait.
pub(crate) fn send<S, Req>(service: &mut S, request: Req)
where
    S: Service<Req>,
    S::Error: std::fmt::Debug,
{
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let Poll::Ready(answer) = pin!(service.call(request)).poll(&mut context) else {
        unreachable!("nothing is waited for")
    };
    black_box(answer.unwrap());
}

/// A service that answers at once: what is left without the layer.
pub(crate) fn inner<B: Body>()
-> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone {
    service_fn(|request: Request<B>| async move {
        black_box(request);
        Ok(Response::new(Full::default()))
    })
}

/// The same service behind the layer.
pub(crate) fn protected(
    layer: &SequenceAuthLayer,
) -> impl Service<Request<Full<Bytes>>, Error = Infallible> + Clone {
    layer.layer(inner())
}

/// The signature check and nothing else, with the same library and a key that is parsed already.
pub(crate) struct RawCheck {
    key: ParsedPublicKey,
    message: String,
    signature: Vec<u8>,
}

impl RawCheck {
    pub(crate) fn new(issuer: &LocalIssuer) -> Self {
        let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwks["keys"][0][name].as_str().unwrap());
        let components = RsaPublicKeyComponents {
            n: part("n").unwrap(),
            e: part("e").unwrap(),
        };
        let token = issuer.token().mint();
        let (message, signature) = token.rsplit_once('.').unwrap();
        Self {
            key: components
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .unwrap(),
            message: message.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).unwrap(),
        }
    }

    pub(crate) fn run(&self) {
        let checked = self
            .key
            .verify_sig(self.message.as_bytes(), &self.signature);
        black_box(checked).unwrap();
    }
}
