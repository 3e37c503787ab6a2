//! The way of a request, top to bottom. The first check that fails refuses it:
//!
//! | | what is checked | by | refused with |
//! |--:|---|---|---|
//! | 1 | there is one token, or none | `source`, `body` | 400 401 408 413 |
//! | 2 | its form | `token` | 400 401 |
//! | 3 | its key is one of the issuer's | `jwks` | 401 503 |
//! | 4 | its signature is by that key | `token` | 401 |
//! | 5 | its claims: types and issuer, then times | `claims`, `issuer` | 401 |
//! | 6 | it is for this project, and has an email | `policy` | 401 |
//! | 7 | its age, and what the application says | `policy` | 401 403 |
//! | 8 | its nonce, then its first use | `nonce`, `one_time` | 401 503 |
//!
//! [`start`](Authenticator::start) finds the token. [`check`](Authenticator::check) goes from 2 as far as nothing is
//! waited for, which is to the end for most requests. Only a request that has to wait, for its body, for keys, for
//! the application or for a store, is [finished](Authenticator::finish) in a future, which goes on with the same
//! `check`. What may be used once is used last, so that a bad token uses nothing.

mod admission;
mod step;
mod token_verifier;

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body::Body;
use tower::BoxError;

use self::step::{TokenStep, TokenWait};
pub use token_verifier::TokenVerifier;
pub(crate) use {
    admission::Admission,
    step::{RequestStep, RequestWait, Step},
};

use crate::{
    body::{Extent, RequestBody},
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    issuer::{Issuer, Unverified, Verified},
    jwks::{Keys, Turn, WaitEnd},
    nonce::Presented,
    observe,
    policy::Policy,
    source::{BodyError, Found, Located, TokenSources},
};

/// Checks requests under one policy. Those with other policies share the issuer.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    issuer: Arc<Issuer>,
    pub(crate) sources: TokenSources,
    pub(crate) policy: Policy,
    /// Whether a request may have no token.
    pub(crate) is_optional: bool,
}

impl Authenticator {
    pub(crate) fn new(issuer: Issuer, sources: TokenSources, policy: Policy) -> Self {
        Self {
            issuer: Arc::new(issuer),
            sources,
            policy,
            is_optional: false,
        }
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.issuer.keys()
    }

    /// Finds the token of a request, and checks it as far as nothing has to be waited for.
    pub(crate) fn start(&self, method: &Method, headers: &HeaderMap) -> RequestStep {
        self.keys().ensure_running();
        let step = match self.sources.locate(method, headers) {
            Ok(Located::Token(found)) => self.start_token(&found),
            Ok(Located::Body { field }) => Step::Wait(RequestWait::Body { field }),
            Ok(Located::Nowhere) => self
                .anonymous_or(AuthErrorKind::MissingToken)
                .map_or_else(Step::refuse, Step::Pass),
            Err(kind) => Step::refuse(kind),
        };
        if let Step::Refuse(error) = &step {
            observe::request_refused(error);
        }
        step
    }

    /// Checks a token, and decides whether its request may wait for what is left.
    fn start_token(&self, found: &Found<'_>) -> RequestStep {
        match self.check(found) {
            Step::Pass(claims) => Step::Pass(Admission::Verified(claims)),
            Step::Refuse(error) => Step::Refuse(error),
            Step::Wait(TokenWait::Policy(pending)) => Step::Wait(RequestWait::Policy(pending)),
            Step::Wait(TokenWait::Key(missing)) => match self.keys().ask_for(&missing) {
                Turn::Wait => Step::Wait(RequestWait::Key {
                    found: found.to_owned(),
                    missing,
                }),
                // Most of a flood of unknown keys ends here: without a future, and without a copy of the token.
                Turn::Refuse => {
                    Step::Refuse(self.keys().refusal_without_key(&missing, WaitEnd::Refused))
                }
            },
        }
    }

    /// Checks a token from its form on, as far as nothing has to be waited for.
    fn check(&self, found: &Found<'_>) -> TokenStep {
        let now = SystemTime::now();
        match self.issuer.verify(&found.token, now) {
            Ok(verified) => self
                .check_policy(&found.token, verified, now)
                .unwrap_or_else(Step::refuse),
            // The source has a say: some of these come before every byte of the token was looked at.
            Err(Unverified::Refused(kind)) => Step::refuse(found.refusal(kind)),
            Err(Unverified::BadSignature) => {
                self.keys().refetch_soon();
                Step::refuse(AuthErrorKind::InvalidSignature)
            }
            Err(Unverified::KeyMissing(missing)) => Step::Wait(TokenWait::Key(missing)),
        }
    }

    /// Checks what this layer asks of a token that its issuer vouches for.
    fn check_policy(
        &self,
        token: &[u8],
        verified: Verified,
        now: SystemTime,
    ) -> Result<TokenStep, AuthErrorKind> {
        let claims = self.policy.require(verified.claims)?;
        // Only what a layer has accepted takes a place in the cache. The rest of the policy is asked each time.
        if let Some(key) = verified.checked_with {
            self.issuer.remember(token, key, claims.claim_set());
        }
        self.policy.authorize(&claims, now)?;
        Ok(match self.policy.pending(token, &claims) {
            Some(pending) => Step::Wait(TokenWait::Policy(pending)),
            None => Step::Pass(claims),
        })
    }

    /// Waits for what a request needs, checks the rest, and hands the request on if it passes.
    pub(crate) async fn finish<B>(
        self: Arc<Self>,
        wait: RequestWait,
        request: Request<B>,
    ) -> Result<Request<RequestBody<B>>, AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let finished = self.finish_parts(wait, &parts.headers, body).await;
        let (admission, body) = finished.inspect_err(observe::request_refused)?;
        let mut request = Request::from_parts(parts, body);
        self.hand_over(admission, &mut request);
        Ok(request)
    }

    async fn finish_parts<B>(
        &self,
        wait: RequestWait,
        headers: &HeaderMap,
        body: B,
    ) -> Result<(Admission, RequestBody<B>), AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let presented = Presented::InRequest(headers);
        let claims = match wait {
            RequestWait::Body { field } => return self.search_body(body, field, presented).await,
            RequestWait::Key { found, missing } => {
                let step = Step::Wait(TokenWait::Key(missing));
                self.finish_token(&found, step, presented).await?
            }
            RequestWait::Policy(pending) => self.policy.finish(pending, presented).await?,
        };
        Ok((Admission::Verified(claims), RequestBody::streaming(body)))
    }

    /// Looks for a token in a body, which is handed on as it came, and checks it.
    async fn search_body<B>(
        &self,
        body: B,
        field: &'static str,
        presented: Presented<'_>,
    ) -> Result<(Admission, RequestBody<B>), AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let (limit, timeout) = (self.sources.body_limit, self.sources.body_timeout);
        let (body, extent) = RequestBody::read(body, limit, timeout).await?;
        let bytes = body.buffered();
        let found = match extent {
            Extent::Whole => Found::in_body(&bytes, field),
            Extent::TooLarge => Err(BodyError::Unsearchable(AuthErrorKind::BodyTooLarge)),
            Extent::TooSlow => Err(BodyError::Unsearchable(AuthErrorKind::BodyTimeout)),
        };
        let admission = match found {
            Ok(Some(found)) => {
                let step = self.check(&found);
                Admission::Verified(self.finish_token(&found, step, presented).await?)
            }
            Ok(None) => self.anonymous_or(AuthErrorKind::MissingToken)?,
            Err(BodyError::Unsearchable(kind)) => self.anonymous_or(kind)?,
            Err(BodyError::Refused(kind)) => return Err(kind.into()),
        };
        Ok((admission, body))
    }

    /// Goes on with a token until it has passed or is refused: waits for its key, once, then for the policy.
    async fn finish_token(
        &self,
        found: &Found<'_>,
        mut step: TokenStep,
        presented: Presented<'_>,
    ) -> Result<SequenceClaims, AuthError> {
        let mut waited = None;
        loop {
            match (step, waited) {
                (Step::Pass(claims), _) => {
                    self.policy.check_binding(presented)?;
                    return Ok(claims);
                }
                (Step::Refuse(error), _) => return Err(error),
                (Step::Wait(TokenWait::Policy(pending)), _) => {
                    return self.policy.finish(pending, presented).await;
                }
                (Step::Wait(TokenWait::Key(missing)), None) => {
                    waited = Some(self.keys().wait_for(&missing).await);
                    step = self.check(found);
                }
                (Step::Wait(TokenWait::Key(missing)), Some(end)) => {
                    return Err(self.keys().refusal_without_key(&missing, end));
                }
            }
        }
    }

    /// Checks a token that comes without a request.
    async fn verify(
        &self,
        token: &str,
        presented: Presented<'_>,
    ) -> Result<SequenceClaims, AuthError> {
        self.keys().ensure_running();
        let found = Found::without_request(token);
        let step = self.check(&found);
        let finished = self.finish_token(&found, step, presented).await;
        finished.inspect_err(observe::token_refused)
    }

    /// Lets a request pass without a token where that is optional.
    fn anonymous_or(&self, kind: AuthErrorKind) -> Result<Admission, AuthErrorKind> {
        if self.is_optional {
            Ok(Admission::Anonymous)
        } else {
            Err(kind)
        }
    }

    /// Puts into the extensions as whom a request passes, and keeps its token out of whatever prints headers later.
    pub(crate) fn hand_over<B>(&self, admission: Admission, request: &mut Request<B>) {
        if let Admission::Verified(_) = admission {
            self.sources.mark_sensitive(request.headers_mut());
        }
        admission.insert(request.extensions_mut());
    }
}
