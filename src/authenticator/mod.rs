//! The way of a request, top to bottom. The first check that fails refuses the request:
//!
//! | | check | room | status |
//! |--:|---|---|---|
//! | 1 | the request contains one token, or none | `source`, `body` | 400 401 403 408 413 |
//! | 2 | the form of the token, and its algorithm | `token` | 400 401 |
//! | 3 | the key is one of the issuer's | `jwks` | 401 503 |
//! | 4 | the signature | `token` | 401 |
//! | 5 | the claims: types and issuer, then times | `claims`, `issuer` | 401 |
//! | 6 | the project and the email | `policy` | 401 |
//! | 7 | the ages, then the application's predicates and loads; after a wait for them, expiry and ages again | `policy` | 401 403 503 |
//! | 8 | the nonce, then the first use of the token | `nonce`, `one_time` | 401 429 503 |
//!
//! [`start`](Authenticator::start) finds the token. [`check`](TrustedIssuers::check) selects the issuer and runs the
//! synchronous checks from 2 on. For most requests these are all checks.
//!
//! A request that has to wait for its body, for keys, for the application or for a store is
//! [finished](Authenticator::finish) in a future, which calls the same `check` again. The nonce and the token are used
//! last, so a bad token uses neither.

mod admission;
mod step;
mod token_verifier;
mod trusted_issuer;
mod trusted_issuers;

use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, Request, request::Parts};
use http_body::Body;
use tower::BoxError;

use self::step::TokenWait;
pub use token_verifier::TokenVerifier;
pub(crate) use {
    admission::Admission,
    step::{RequestStep, RequestWait, Step},
    trusted_issuer::TrustedIssuer,
    trusted_issuers::TrustedIssuers,
};

use crate::{
    body::{Extent, RequestBody},
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    jwks::{Turn, WaitEnd},
    nonce::Presented,
    observe::{self, RequestEvents, RequestSpan, SourceKind, TraceSpan, Verdict, source_of},
    source::{BodyError, Found, Located, RequestHead, TokenSources},
};

/// Checks requests: finds their tokens, and has them checked by the trusted issuers.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    pub(crate) trusted: TrustedIssuers,
    pub(crate) sources: TokenSources,
    /// Whether a request may lack a token.
    pub(crate) is_optional: bool,
    /// Which span is opened for the check of each request.
    pub(crate) trace_span: TraceSpan,
    events: Arc<RequestEvents>,
}

impl Authenticator {
    pub(crate) fn new(issuer: TrustedIssuer, sources: TokenSources) -> Self {
        Self {
            trusted: TrustedIssuers::only(issuer),
            sources,
            is_optional: false,
            trace_span: TraceSpan::default(),
            events: Arc::default(),
        }
    }

    /// Finds the token of a request, and runs the synchronous checks.
    pub(crate) fn start(&self, head: RequestHead<'_>, span: &RequestSpan) -> RequestStep {
        self.trusted.ensure_running();
        let mut source = None;
        let step = match self.sources.locate(head) {
            Ok(Located::Token(found)) => {
                source = found.source();
                self.start_token(&found, span)
            }
            Ok(Located::Body) => Step::Wait(RequestWait::Body),
            Ok(Located::Nowhere) => self
                .without_token(head)
                .map_or_else(Step::Refuse, Step::Pass),
            Err(kind) => Step::refuse(kind),
        };
        match &step {
            Step::Pass(admission) => self.report_passed(admission, source, span),
            Step::Refuse(error) => self.report_refused(error, source, span),
            Step::Wait(_) => (),
        }
        step
    }

    fn report_passed(&self, admission: &Admission, source: Option<SourceKind>, span: &RequestSpan) {
        let verdict = match admission {
            Admission::Verified { .. } => Verdict::Success,
            Admission::Anonymous => Verdict::Anonymous,
        };
        span.record(verdict, source);
        self.events.passed(verdict, source);
    }

    fn report_refused(&self, error: &AuthError, source: Option<SourceKind>, span: &RequestSpan) {
        let source = source.or_else(|| source_of(error.kind()));
        span.record(Verdict::Failure(error.kind()), source);
        self.events.refused(error, source);
    }

    /// Opens the span for the check of a request.
    pub(crate) fn open_span(&self) -> RequestSpan {
        self.trace_span.open()
    }

    /// Runs the synchronous checks of a token, and decides whether the request may wait for its key.
    fn start_token(&self, found: &Found<'_>, span: &RequestSpan) -> RequestStep {
        let (issuer, step) = self.trusted.check(found, span);
        match step {
            Step::Pass(claims) => Step::Pass(Admission::of(claims)),
            Step::Refuse(error) => Step::Refuse(error),
            Step::Wait(TokenWait::Policy(pending)) => Step::Wait(RequestWait::Policy {
                issuer: Arc::clone(issuer),
                pending,
                source: found.source(),
            }),
            Step::Wait(TokenWait::Key(missing)) => match issuer.keys().ask_for(&missing) {
                Turn::Wait => Step::Wait(RequestWait::Key {
                    issuer: Arc::clone(issuer),
                    found: found.to_owned(),
                    missing,
                }),
                // The cheap exit for a flood of unknown keys: it neither allocates a future nor copies the token.
                Turn::Refuse => {
                    let end = WaitEnd::Refused;
                    Step::Refuse(issuer.refusal_without_key(&found.token, &missing, end))
                }
            },
        }
    }

    /// Waits for the body, the key or the policy, runs the remaining checks, and returns the accepted request.
    pub(crate) async fn finish<B>(
        self: Arc<Self>,
        wait: RequestWait,
        request: Request<B>,
        span: &RequestSpan,
    ) -> Result<Request<RequestBody<B>>, AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let mut source = None;
        let finished = self.finish_parts(wait, head_of(&parts), body, &mut source, span);
        let finished = finished.await;
        let (admission, body) =
            finished.inspect_err(|error| self.report_refused(error, source, span))?;
        self.report_passed(&admission, source, span);
        let mut request = Request::from_parts(parts, body);
        self.hand_over(admission, &mut request);
        Ok(request)
    }

    async fn finish_parts<B>(
        &self,
        wait: RequestWait,
        head: RequestHead<'_>,
        body: B,
        source: &mut Option<SourceKind>,
        span: &RequestSpan,
    ) -> Result<(Admission, RequestBody<B>), AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let presented = Presented::InRequest(head.headers);
        let (claims, loaded) = match wait {
            RequestWait::Body => return self.search_body(body, head, source, span).await,
            RequestWait::Key {
                issuer,
                found,
                missing,
            } => {
                *source = found.source();
                let step = Step::Wait(TokenWait::Key(missing));
                issuer.finish(&found, step, presented, span).await?
            }
            RequestWait::Policy {
                issuer,
                pending,
                source: from,
            } => {
                *source = from;
                issuer.policy.finish(pending, presented).await?
            }
        };
        let admission = Admission::Verified { claims, loaded };
        Ok((admission, RequestBody::streaming(body)))
    }

    /// Finds the token in a body, checks it, and returns the body unchanged.
    async fn search_body<B>(
        &self,
        body: B,
        head: RequestHead<'_>,
        source: &mut Option<SourceKind>,
        span: &RequestSpan,
    ) -> Result<(Admission, RequestBody<B>), AuthError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let (limit, timeout) = (self.sources.body_limit(), self.sources.body_timeout);
        let (body, extent) = RequestBody::read(body, limit, timeout).await?;
        let bytes = body.buffered();
        let admission = match self.locate_in_body(&bytes, extent, head)? {
            Located::Token(found) => {
                *source = found.source();
                let presented = Presented::InRequest(head.headers);
                let (claims, loaded) = self.verify_found(&found, presented, span).await?;
                Admission::Verified { claims, loaded }
            }
            Located::Body | Located::Nowhere => self.without_token(head)?,
        };
        Ok((admission, body))
    }

    /// Finds the token of a request in its body, or in the sources after the JSON fields.
    fn locate_in_body<'a>(
        &self,
        body: &'a [u8],
        extent: Extent,
        head: RequestHead<'a>,
    ) -> Result<Located<'a>, AuthErrorKind> {
        let found = match extent {
            Extent::Whole => self.sources.find_in_body(body),
            Extent::TooLarge => Err(BodyError::Unsearchable(AuthErrorKind::BodyTooLarge)),
            Extent::TooSlow => Err(BodyError::Unsearchable(AuthErrorKind::BodyTimeout)),
        };
        match found {
            Ok(Some(found)) => Ok(Located::Token(found)),
            Ok(None) => self.sources.locate_after_body(head),
            Err(BodyError::Unsearchable(_)) if self.is_optional => {
                self.sources.locate_after_body(head)
            }
            Err(BodyError::Unsearchable(kind) | BodyError::Refused(kind)) => Err(kind),
        }
    }

    /// Checks a token from outside of an HTTP request, and returns its claims and the loaded values.
    async fn verify(
        &self,
        token: &str,
        presented: Presented<'_>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        self.trusted.ensure_running();
        let found = Found::without_request(token);
        let span = RequestSpan::none();
        let verified = self.verify_found(&found, presented, &span).await;
        verified.inspect_err(observe::token_refused)
    }

    /// Runs all checks of a token, and waits if necessary.
    async fn verify_found(
        &self,
        found: &Found<'_>,
        presented: Presented<'_>,
        span: &RequestSpan,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let (issuer, step) = self.trusted.check(found, span);
        issuer.finish(found, step, presented, span).await
    }

    /// Accepts a request without a token if a token is optional.
    fn without_token(&self, head: RequestHead<'_>) -> Result<Admission, AuthError> {
        if self.is_optional {
            return Ok(Admission::Anonymous);
        }
        self.events.token_missing(head.method, head.headers);
        observe::token_not_found(|| self.sources.absence(head));
        Err(AuthError::missing_token(self.sources.missing_token()))
    }

    /// Undoes what a layer further outside did to a request: removes its claims, marks and loaded values from the
    /// extensions, and restores the token that it has removed from the headers.
    pub(crate) fn prepare<B>(&self, request: &mut Request<B>) {
        Admission::strip(request.extensions_mut());
        self.trusted.strip(request.extensions_mut());
        self.sources.reveal(request);
    }

    /// Inserts the result into the extensions, and hides the token from later code that prints or echoes headers.
    pub(crate) fn hand_over<B>(&self, admission: Admission, request: &mut Request<B>) {
        self.sources.conceal(request);
        admission.insert(request.extensions_mut());
    }
}

fn head_of(parts: &Parts) -> RequestHead<'_> {
    RequestHead {
        method: &parts.method,
        uri: &parts.uri,
        headers: &parts.headers,
    }
}
