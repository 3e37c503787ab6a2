//! An issuer, and requests with its tokens.

use std::{convert::Infallible, sync::LazyLock, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use http::{
    Method, Request, Response,
    header::{AUTHORIZATION, CONTENT_TYPE},
    request::Builder,
};
use http_body::Frame;
use http_body_util::Channel;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use test_support::recorder::Recorder;
use tokio::time::interval;
use tower::{Service, ServiceExt};

pub(crate) const PROJECT: u64 = 13639;

pub(crate) static ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::new);

pub(crate) fn auth() -> SequenceAuthLayer {
    ISSUER.layer(PROJECT)
}

pub(crate) fn bearer() -> String {
    format!("Bearer {}", ISSUER.token().mint())
}

pub(crate) fn with_bearer() -> Builder {
    Request::post("/").header(AUTHORIZATION, bearer())
}

pub(crate) fn json() -> Builder {
    Request::builder()
        .method(Method::POST)
        .header(CONTENT_TYPE, "application/json")
}

/// JSON with a token, and with spaces that no second writing would keep.
pub(crate) fn body_with_token() -> String {
    let token = ISSUER.token().mint();
    format!(r#"{{ "name" : "Ann",  "sequenceToken":"{token}" }}"#)
}

/// A body in two frames whose length is not known beforehand.
pub(crate) fn chunked(text: &str) -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(2);
    let (first, second) = text.split_at(text.len() / 2);
    for piece in [first, second] {
        let frame = Frame::data(Bytes::copy_from_slice(piece.as_bytes()));
        assert!(sender.try_send(frame).is_ok());
    }
    Body::new(body)
}

/// A body that sends one byte a second and never ends.
pub(crate) fn dripping() -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        let mut seconds = interval(Duration::from_secs(1));
        while sender.send_data(Bytes::from_static(b" ")).await.is_ok() {
            seconds.tick().await;
        }
    });
    Body::new(body)
}

/// Sends a request and returns what is logged meanwhile.
pub(crate) async fn logged<S>(app: &S, request: impl Fn() -> Request<Body>) -> String
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    let (recorder, _guard) = Recorder::start();
    app.clone().oneshot(request()).await.unwrap();
    recorder.text()
}
