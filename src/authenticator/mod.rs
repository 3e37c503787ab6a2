//! Where requests and keys meet: source → token → key snapshot → verifier → policy.

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body::Body;
use tower::BoxError;

use crate::{
    body::{Extent, RequestBody},
    claims::{Anonymous, SequenceClaims},
    error::{AuthError, AuthErrorKind, KeysUnavailable},
    issuer::{TokenCache, Verifier},
    jwks::{KeySet, Keys, MissingKey, Need, Snapshot, Turn, Wait},
    nonce::Presented,
    observe::KeyHealth,
    policy::Policy,
    source::{self, Located, bearer, json_body},
    token::{MAX_SIGNATURE_BYTES, Token},
};

mod token_verifier;

pub use token_verifier::TokenVerifier;

/// Decides about requests under one policy. Those with other policies share the keys.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    keys: Arc<Keys>,
    tokens: Arc<TokenCache>,
    verifier: Arc<Verifier>,
    policy: Policy,
}

impl Authenticator {
    pub(crate) fn new(
        keys: Keys,
        tokens: Arc<TokenCache>,
        verifier: Verifier,
        policy: Policy,
    ) -> Self {
        Self {
            keys: Arc::new(keys),
            tokens,
            verifier: Arc::new(verifier),
            policy,
        }
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn policy_mut(&mut self) -> &mut Policy {
        &mut self.policy
    }

    /// Sees to it that the keys are kept fresh, if this is inside a Tokio runtime.
    pub(crate) fn ensure_running(&self) {
        self.keys.ensure_running();
    }

    /// Waits for keys that can be trusted, as long as a request would.
    pub(crate) async fn ready(&self) -> Result<(), KeysUnavailable> {
        self.ensure_running();
        self.keys.ready().await
    }

    /// Ends the refreshing of the keys, for all policies.
    pub(crate) async fn shutdown(&self) {
        self.keys.shutdown().await;
    }

    /// Describes the state of the keys.
    pub(crate) fn health(&self) -> KeyHealth {
        self.ensure_running();
        self.keys.health()
    }

    /// Decides about a request, if that is possible without waiting: for its body, for keys, for what the
    /// policy asks somebody.
    pub(crate) fn decide<B>(&self, request: &Request<B>) -> Option<Result<Admission, AuthError>> {
        match self.locate(request.method(), request.headers()) {
            Ok(Located::Header(_)) if self.policy.awaits() => None,
            Ok(Located::Header(text)) => self.decide_on(text),
            Ok(Located::JsonBody) => None,
            Ok(Located::Nowhere) => Some(self.without_token()),
            Err(kind) => Some(Err(kind.into())),
        }
    }

    /// Decides about a request, waiting for what it takes, and hands it on if it passes.
    pub(crate) async fn authenticate<B>(
        self: Arc<Self>,
        request: Request<B>,
    ) -> Result<Request<RequestBody<B>>, AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let origin = Presented::InRequest(&parts.headers);
        let (admission, body) = match self.locate(&parts.method, &parts.headers)? {
            Located::Header(text) => {
                let verified = self.verify(text, origin).await;
                let claims = verified.map_err(|error| bearer::blame(text, error))?;
                (Admission::Verified(claims), RequestBody::streaming(body))
            }
            Located::JsonBody => self.search(body, origin).await?,
            Located::Nowhere => (self.without_token()?, RequestBody::streaming(body)),
        };
        let mut request = Request::from_parts(parts, body);
        admission.attach(&mut request);
        Ok(request)
    }

    /// Finds where a request holds its token. In a body of no bytes there is none, so that none is read.
    fn locate<'a>(
        &self,
        method: &Method,
        headers: &'a HeaderMap,
    ) -> Result<Located<'a>, AuthErrorKind> {
        match source::locate(method, headers)? {
            Located::JsonBody if self.policy.body_limit == 0 => Ok(Located::Nowhere),
            located => Ok(located),
        }
    }

    /// Verifies a token, waiting for its key where the schedule allows, and for what the policy asks somebody.
    pub(crate) async fn verify(
        &self,
        text: &[u8],
        origin: Presented<'_>,
    ) -> Result<SequenceClaims, AuthError> {
        let claims = self.claims(text).await?;
        self.policy.authorize(&claims)?;
        self.policy.settle(text, &claims, origin).await?;
        Ok(claims)
    }

    /// Returns the claims of a good token, waiting for its key where the schedule allows.
    async fn claims(&self, text: &[u8]) -> Result<SequenceClaims, AuthError> {
        let missing = match self.judge(text) {
            Ok(claims) => return Ok(claims),
            Err(Obstacle::Refusal(kind)) => return Err(kind.into()),
            Err(Obstacle::Missing(missing)) => missing,
        };
        let wait = self.keys.wait_for(&missing).await;
        self.judge(text).map_err(|obstacle| match obstacle {
            Obstacle::Refusal(kind) => kind.into(),
            Obstacle::Missing(missing) => self.keys.absence(missing.need(), wait),
        })
    }

    fn decide_on(&self, text: &[u8]) -> Option<Result<Admission, AuthError>> {
        let admitted = self.claims_at_once(text)?.and_then(|claims| {
            self.policy.authorize(&claims)?;
            Ok(Admission::Verified(claims))
        });
        Some(admitted.map_err(|error| bearer::blame(text, error)))
    }

    /// Does what [`claims`](Self::claims) does, if that is possible without waiting for keys.
    fn claims_at_once(&self, text: &[u8]) -> Option<Result<SequenceClaims, AuthError>> {
        match self.judge(text) {
            Ok(claims) => Some(Ok(claims)),
            Err(Obstacle::Refusal(kind)) => Some(Err(kind.into())),
            Err(Obstacle::Missing(missing)) => match self.keys.request(&missing) {
                Turn::Wait => None,
                Turn::Refuse => Some(Err(self.keys.absence(missing.need(), Wait::Refused))),
            },
        }
    }

    /// Judges a token by the keys as they are now.
    fn judge(&self, text: &[u8]) -> Result<SequenceClaims, Obstacle> {
        let now = SystemTime::now();
        let snapshot = self.keys.snapshot();
        let judged = match snapshot.trusted(now) {
            Some(keys) => self.judge_by(keys, text, now),
            // Without keys, a token is still held to its form.
            None => check_form(text).and(Err(AuthErrorKind::KeysUnavailable)),
        };
        judged.map_err(|kind| match kind {
            AuthErrorKind::KeysUnavailable => lacking(&snapshot, Need::AnyKeys, text),
            AuthErrorKind::UnknownKey => lacking(&snapshot, Need::NamedKey, text),
            AuthErrorKind::InvalidSignature => {
                self.keys.refetch_soon();
                Obstacle::Refusal(kind)
            }
            _ => Obstacle::Refusal(kind),
        })
    }

    /// Judges a token by these keys: what they have passed is remembered, and asked for all but its signature.
    fn judge_by(
        &self,
        keys: &KeySet,
        text: &[u8],
        now: SystemTime,
    ) -> Result<SequenceClaims, AuthErrorKind> {
        if let Some(payload) = self.tokens.get(text, |key| keys.holds(key)) {
            self.verifier.check_times(&payload, now)?;
            return self.policy.admit(payload);
        }
        let token = Token::split(text)?;
        let passed = self.verifier.verify(keys, &token, now)?;
        let claims = self.policy.admit(Arc::clone(&passed.payload))?;
        self.tokens.note(text, passed);
        Ok(claims)
    }

    /// Looks for a token in a body, which is handed on as it came.
    async fn search<B>(
        &self,
        body: B,
        origin: Presented<'_>,
    ) -> Result<(Admission, RequestBody<B>), AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let Policy {
            body_limit,
            body_timeout,
            ..
        } = self.policy;
        let (body, extent) = RequestBody::read(body, body_limit, body_timeout).await?;
        let bytes = body.buffered();
        let found = match extent {
            Extent::Whole => json_body::find(&bytes),
            Extent::TooLarge => Err(AuthErrorKind::BodyTooLarge),
            Extent::TooSlow => Err(AuthErrorKind::BodyTimeout),
        };
        let admission = match found {
            Ok(Some(text)) => Admission::Verified(self.verify(text.as_bytes(), origin).await?),
            Ok(None) => self.without_token()?,
            Err(
                AuthErrorKind::BodyTooLarge
                | AuthErrorKind::BodyTimeout
                | AuthErrorKind::MalformedBody,
            ) if self.policy.optional => Admission::Anonymous,
            Err(kind) => return Err(kind.into()),
        };
        Ok((admission, body))
    }

    fn without_token(&self) -> Result<Admission, AuthError> {
        if self.policy.optional {
            Ok(Admission::Anonymous)
        } else {
            Err(AuthErrorKind::MissingToken.into())
        }
    }
}

/// As whom a request passes.
pub(crate) enum Admission {
    Verified(SequenceClaims),
    Anonymous,
}

impl Admission {
    /// Takes away what somebody outside this layer may have left in the extensions.
    pub(crate) fn clear<B>(request: &mut Request<B>) {
        request.extensions_mut().remove::<SequenceClaims>();
        request.extensions_mut().remove::<Anonymous>();
    }

    /// Puts into the extensions as whom the request passes.
    pub(crate) fn attach<B>(self, request: &mut Request<B>) {
        match self {
            Self::Verified(claims) => {
                bearer::mark_sensitive(request.headers_mut());
                request.extensions_mut().insert(claims);
            }
            Self::Anonymous => {
                request.extensions_mut().insert(Anonymous);
            }
        }
    }
}

/// What stands between a token and its claims.
enum Obstacle {
    Refusal(AuthErrorKind),
    Missing(MissingKey),
}

fn check_form(text: &[u8]) -> Result<(), AuthErrorKind> {
    let token = Token::split(text)?;
    token.key_id()?;
    token.decode(&mut [0; MAX_SIGNATURE_BYTES]).map(|_| ())
}

fn lacking(snapshot: &Snapshot, need: Need, text: &[u8]) -> Obstacle {
    match Token::split(text).and_then(|token| token.key_id()) {
        Ok(key_id) => Obstacle::Missing(snapshot.missing(need, key_id)),
        Err(kind) => Obstacle::Refusal(kind),
    }
}
