//! A service behind the layer that reports the requests that reached it.

use std::{convert::Infallible, pin::pin};

use bytes::Bytes;
use http::{Extensions, HeaderMap, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use sequence_auth::{
    Anonymous, AuthError, AuthErrorKind, RequestBody, ResponseBody, SequenceAuthLayer,
    SequenceClaims,
};
use tower::{BoxError, ServiceExt, service_fn};
use tower_layer::Layer;

/// What reached the inner service.
#[derive(Clone, Debug)]
pub struct Seen {
    pub claims: Option<SequenceClaims>,
    pub anonymous: bool,
    pub extensions: Extensions,
    pub headers: HeaderMap,
    pub size_hint: (u64, Option<u64>),
    pub frames: Vec<Bytes>,
    pub trailers: Option<HeaderMap>,
    pub broke_off: bool,
    /// How the body prints.
    pub debug: String,
}

impl Seen {
    pub fn body(&self) -> Vec<u8> {
        self.frames.concat()
    }
}

/// What came back through the layer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub error: Option<AuthError>,
    pub seen: Option<Seen>,
}

impl Answer {
    pub async fn of(response: Response<ResponseBody<Full<Bytes>>>) -> Self {
        let (mut parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
            error: parts.extensions.remove(),
            seen: parts.extensions.remove(),
        }
    }

    pub fn kind(&self) -> Option<AuthErrorKind> {
        self.error.as_ref().map(AuthError::kind)
    }

    #[track_caller]
    pub fn claims(&self) -> &SequenceClaims {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.error);
        let seen = self.seen.as_ref().expect("the inner service was called");
        seen.claims.as_ref().expect("it got claims")
    }

    #[track_caller]
    pub fn seen(&self) -> &Seen {
        self.seen.as_ref().expect("the inner service was called")
    }

    #[track_caller]
    pub fn assert_refused(&self, kind: AuthErrorKind) {
        assert_eq!(self.kind(), Some(kind));
        assert!(self.seen.is_none(), "the inner service was called");
        assert_eq!(self.status, self.error.as_ref().unwrap().status());
    }
}

/// Sends one request through a layer to the witness.
pub async fn send<B>(layer: &SequenceAuthLayer, request: Request<B>) -> Answer
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let service = layer.layer(service_fn(witness));
    Answer::of(service.oneshot(request).await.unwrap()).await
}

/// Reads the whole request, and reports it in the response's extensions.
async fn witness<B>(request: Request<RequestBody<B>>) -> Result<Response<Full<Bytes>>, Infallible>
where
    B: Body<Data = Bytes>,
{
    let (parts, body) = request.into_parts();
    let mut body = pin!(body);
    let hint = body.size_hint();
    let mut seen = Seen {
        claims: parts.extensions.get().cloned(),
        anonymous: parts.extensions.get::<Anonymous>().is_some(),
        extensions: parts.extensions,
        headers: parts.headers,
        size_hint: (hint.lower(), hint.upper()),
        frames: Vec::new(),
        trailers: None,
        broke_off: false,
        debug: format!("{body:?}"),
    };
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            seen.broke_off = true;
            break;
        };
        match frame.into_data() {
            Ok(data) => seen.frames.push(data),
            Err(frame) => seen.trailers = frame.into_trailers().ok(),
        }
    }
    let mut response = Response::new(Full::from("inner"));
    response.extensions_mut().insert(seen);
    Ok(response)
}
