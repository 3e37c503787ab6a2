//! Requests of every kind, as fast as they are answered.

use std::{
    convert::Infallible,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sequence_auth::{
    AuthError, AuthErrorKind as Kind, RequestBody, SequenceAuthLayer, testing::LocalIssuer,
};
use tower::{Layer, ServiceExt, service_fn};

type Body = Full<Bytes>;

pub(crate) struct Traffic {
    layer: SequenceAuthLayer,
    good: RwLock<Good>,
    expired: String,
    is_over: AtomicBool,
    accepted: AtomicU64,
    refused: AtomicU64,
    /// Good tokens that were under way while the key changed: either answer is right.
    overtaken: AtomicU64,
    unknown: AtomicU64,
    bad: AtomicU64,
    unexpected: AtomicU64,
}

/// The token that has to be accepted, but not while the key changes.
#[derive(Clone)]
struct Good {
    token: Arc<str>,
    rotations: u64,
    is_rotating: bool,
}

impl Traffic {
    pub(crate) fn new(layer: SequenceAuthLayer, issuer: &LocalIssuer) -> Self {
        Self {
            layer,
            good: RwLock::new(Good {
                token: issuer.token().mint().into(),
                rotations: 0,
                is_rotating: false,
            }),
            expired: issuer.token().expired().mint(),
            is_over: AtomicBool::new(false),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            overtaken: AtomicU64::new(0),
            unknown: AtomicU64::new(0),
            bad: AtomicU64::new(0),
            unexpected: AtomicU64::new(0),
        }
    }

    /// Sends tokens with a known key, one after the other, until the test ends.
    pub(crate) async fn run(self: Arc<Self>) {
        while !self.is_over.load(Ordering::Relaxed) {
            self.send_good().await;
            self.send_bad(&with_other_signature(&self.good().token))
                .await;
            self.send_bad(&self.expired).await;
            self.send_bad("x.y.z").await;
            tokio::task::yield_now().await;
        }
    }

    /// Sends tokens with ever new keys, some of which wait for a refetch.
    pub(crate) async fn flood(self: Arc<Self>) {
        while !self.is_over.load(Ordering::Relaxed) {
            let number = self.unknown.fetch_add(1, Ordering::Relaxed);
            let token = with_key_id(&self.good().token, number);
            self.send_bad(&token).await;
            tokio::task::yield_now().await;
        }
    }

    async fn send_good(&self) {
        let before = self.good();
        let refusal = self.send(&before.token).await;
        let after = self.good();
        let counter = match refusal {
            _ if after.is_rotating || after.rotations != before.rotations => &self.overtaken,
            None => &self.accepted,
            Some(_) => &self.refused,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    async fn send_bad(&self, token: &str) {
        let counter = match self.send(token).await {
            Some(
                Kind::UnknownKey
                | Kind::InvalidSignature
                | Kind::Expired
                | Kind::MalformedToken
                | Kind::KeysUnavailable,
            ) => &self.bad,
            _ => &self.unexpected,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns why the layer refused a token, if it did.
    async fn send(&self, token: &str) -> Option<Kind> {
        let request = Request::get("/").header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::default()).unwrap();
        let service = self.layer.layer(service_fn(inner));
        let answer = service.oneshot(request).await.unwrap();
        answer.extensions().get::<AuthError>().map(AuthError::kind)
    }

    fn good(&self) -> Good {
        self.good.read().unwrap().clone()
    }

    pub(crate) fn begin_rotation(&self) -> Rotation<'_> {
        self.good.write().unwrap().is_rotating = true;
        Rotation(self)
    }

    pub(crate) fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn report(&self, elapsed: Duration) -> String {
        let [accepted, refused, overtaken] =
            [&self.accepted, &self.refused, &self.overtaken].map(count);
        let [bad, unknown] = [&self.bad, &self.unknown].map(count);
        let rate = (accepted + overtaken + bad) as f64 / elapsed.as_secs_f64();
        format!(
            "{accepted} good tokens accepted and {refused} refused, {overtaken} while the key \
             changed; {bad} bad ones refused, {unknown} of them with unknown keys; {rate:.0} requests a second"
        )
    }

    pub(crate) fn assert_sound(&self) {
        assert!(count(&self.accepted) > 0);
        assert_eq!(count(&self.refused), 0, "good tokens were refused");
        assert_eq!(
            count(&self.unexpected),
            0,
            "bad tokens were not refused as such"
        );
    }
}

/// The time in which neither the old nor the new key has to be accepted.
pub(crate) struct Rotation<'a>(&'a Traffic);

impl Rotation<'_> {
    pub(crate) fn end(self, token: String) {
        let mut good = self.0.good.write().unwrap();
        *good = Good {
            token: token.into(),
            rotations: good.rotations + 1,
            is_rotating: false,
        };
    }
}

fn count(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

async fn inner(_: Request<RequestBody<Body>>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::default()))
}

/// The same token as if another key had signed it, without the cost of signing.
fn with_key_id(token: &str, number: u64) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    let header = format!(r#"{{"alg":"RS256","kid":"unknown-{number}","typ":"JWT"}}"#);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

fn with_other_signature(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[100] ^= 1;
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
