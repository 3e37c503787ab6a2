//! Questions as a proxy asks them, without a proxy.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use forward_auth::TokenNames;
use sequence_auth::SequenceAuthLayer;
use serde_json::Value;
use tower::ServiceExt as _;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let value = values
            .next()
            .unwrap_or_else(|| panic!("no {name}: {self:?}"));
        assert!(values.next().is_none(), "{name} twice: {self:?}");
        value.to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Asks about a GET request to `game.example`, unless the headers say otherwise.
pub(crate) async fn verify(layer: &SequenceAuthLayer, headers: &[(&str, &str)]) -> Answer {
    let described = ["x-forwarded-method", "x-forwarded-host"];
    let defaults = described.into_iter().zip(["GET", "game.example"]);
    let is_given = |name| headers.iter().any(|(other, _)| *other == name);
    let defaults = defaults.filter(|(name, _)| !is_given(*name));
    let mut request = Request::get("/verify").header("host", "verify.internal");
    for (name, value) in defaults.chain(headers.iter().copied()) {
        request = request.header(name, value);
    }
    ask(layer, request.body(Body::empty()).unwrap()).await
}

pub(crate) async fn ask(layer: &SequenceAuthLayer, request: Request<Body>) -> Answer {
    let app = forward_auth::app(layer.clone(), &TokenNames::default()).unwrap();
    let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
