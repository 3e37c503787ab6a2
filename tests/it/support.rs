//! What several subjects need: an issuer, a body that does as it is told, and a witness behind the
//! layer that tells what reached it.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::{Pin, pin},
    sync::LazyLock,
    task::{Context, Poll},
    time::SystemTime,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use sequence_auth::{
    Anonymous, AuthError, AuthErrorKind, RequestBody, ResponseBody, SequenceAuthLayer,
    SequenceClaims, testing::LocalIssuer,
};
use tower::{BoxError, ServiceExt, service_fn};
use tower_layer::Layer;

pub(crate) const PROJECT: u64 = 13639;

/// The name of the identity claim.
pub(crate) const IDENTITY: &str = "https://waas.sequence.test/identity";

/// An issuer for tests that do not touch its keys.
pub(crate) static ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::new);

pub(crate) fn layer() -> SequenceAuthLayer {
    ISSUER.layer(PROJECT)
}

/// A token with a payload as written, signed by the right key.
pub(crate) fn with_payload(payload: &str) -> String {
    let header = serde_json::json!({"alg": "RS256", "kid": ISSUER.key_id(), "typ": "JWT"});
    ISSUER.sign(header.to_string(), payload)
}

/// A time that no test sees, and that a token may well expire at.
pub(crate) fn in_twelve_hours() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs() + 12 * 60 * 60
}

pub(crate) fn payload_of(token: &str) -> String {
    let part = token.split('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What reached the inner service.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) claims: Option<SequenceClaims>,
    pub(crate) anonymous: bool,
    pub(crate) headers: HeaderMap,
    pub(crate) size_hint: (u64, Option<u64>),
    pub(crate) frames: Vec<Bytes>,
    pub(crate) trailers: Option<HeaderMap>,
    pub(crate) broke_off: bool,
    /// How the body prints.
    pub(crate) debug: String,
}

impl Seen {
    pub(crate) fn body(&self) -> Vec<u8> {
        self.frames.concat()
    }
}

/// What came back through the layer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) error: Option<AuthError>,
    pub(crate) seen: Option<Seen>,
}

impl Answer {
    pub(crate) async fn of(response: Response<ResponseBody<Full<Bytes>>>) -> Self {
        let (mut parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
            error: parts.extensions.remove(),
            seen: parts.extensions.remove(),
        }
    }

    pub(crate) fn kind(&self) -> Option<AuthErrorKind> {
        self.error.as_ref().map(AuthError::kind)
    }

    #[track_caller]
    pub(crate) fn claims(&self) -> &SequenceClaims {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.error);
        let seen = self.seen.as_ref().expect("the inner service was called");
        seen.claims.as_ref().expect("it got claims")
    }

    #[track_caller]
    pub(crate) fn seen(&self) -> &Seen {
        self.seen.as_ref().expect("the inner service was called")
    }

    #[track_caller]
    pub(crate) fn assert_refused(&self, kind: AuthErrorKind) {
        assert_eq!(self.kind(), Some(kind));
        assert!(self.seen.is_none(), "the inner service was called");
        assert_eq!(self.status, self.error.as_ref().unwrap().status());
    }
}

/// Reads the whole request and tells in the response's extensions what it saw.
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

/// Sends one request through a layer to the witness.
pub(crate) async fn send<B>(layer: &SequenceAuthLayer, request: Request<B>) -> Answer
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let service = layer.layer(service_fn(witness));
    Answer::of(service.oneshot(request).await.unwrap()).await
}

pub(crate) fn bearer(token: &str) -> Request<Script> {
    with_authorization(&format!("Bearer {token}"))
}

pub(crate) fn with_authorization(value: &str) -> Request<Script> {
    Request::get("/")
        .header("authorization", value)
        .body(Script::empty())
        .unwrap()
}

pub(crate) fn without_token() -> Request<Script> {
    Request::get("/").body(Script::empty()).unwrap()
}

pub(crate) fn json(body: impl Into<Script>) -> Request<Script> {
    Request::builder()
        .method(Method::POST)
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

pub(crate) fn with_field(token: &str) -> Request<Script> {
    json(format!(r#"{{"sequenceToken":"{token}"}}"#))
}

/// A body that plays what it was given.
pub(crate) struct Script {
    steps: VecDeque<Step>,
    hint: SizeHint,
}

pub(crate) enum Step {
    Data(Bytes),
    Trailers(HeaderMap),
    Error(BoxError),
    /// Never goes on.
    Hang,
    /// Must not be reached.
    Panic,
}

impl Script {
    pub(crate) fn empty() -> Self {
        Self::new([], SizeHint::with_exact(0))
    }

    pub(crate) fn new(steps: impl IntoIterator<Item = Step>, hint: SizeHint) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            hint,
        }
    }

    /// A body of unknown length.
    pub(crate) fn chunked(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::new(steps, SizeHint::new())
    }

    /// A body that must not be polled.
    pub(crate) fn untouchable() -> Self {
        Self::new([Step::Panic], SizeHint::with_exact(77))
    }
}

pub(crate) fn data(bytes: impl Into<Bytes>) -> Step {
    Step::Data(bytes.into())
}

impl From<String> for Script {
    fn from(text: String) -> Self {
        let hint = SizeHint::with_exact(text.len() as u64);
        Self::new([data(text)], hint)
    }
}

impl From<&str> for Script {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(match self.steps.pop_front() {
            None => None,
            Some(Step::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
            Some(Step::Error(error)) => Some(Err(error)),
            Some(Step::Hang) => {
                self.steps.push_front(Step::Hang);
                return Poll::Pending;
            }
            Some(Step::Panic) => panic!("the body was polled"),
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}
