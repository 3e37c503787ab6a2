//! The way of a request, top to bottom. The first check that fails refuses it:
//!
//! | | what is checked | by | refused with |
//! |--:|---|---|---|
//! | 1 | there is one token, or none | `source`, `body` | 400 401 408 413 |
//! | 2 | its form, and whose it may be | `token` | 400 401 |
//! | 3 | its key is one of the issuer's | `jwks` | 401 503 |
//! | 4 | its signature is by that key | `token` | 401 |
//! | 5 | its claims: types and issuer, then times | `claims`, `issuer` | 401 |
//! | 6 | it is for this project, and has an email | `policy` | 401 |
//! | 7 | its age, and what the application says | `policy` | 401 403 |
//! | 8 | its nonce, then its first use | `nonce`, `one_time` | 401 503 |
//!
//! [`start`](Authenticator::start) finds the token. The issuer that it is for [checks](TrustedIssuers::check) it from 2
//! as far as nothing is waited for, which is to the end for most requests.
//! Only a request that has to wait, for its body, for keys, for the application or for a store, is
//! [finished](Authenticator::finish) in a future, which goes on with the same `check`. What may be used once is used
//! last, so that a bad token uses nothing.

mod admission;
mod step;
mod token_verifier;
mod trusted_issuer;
mod trusted_issuers;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
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
    observe,
    source::{BodyError, Found, Located, TokenSources},
};

/// Checks requests: where their tokens are, and whether a trusted issuer's policy lets them pass.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    pub(crate) trusted: TrustedIssuers,
    pub(crate) sources: TokenSources,
    /// Whether a request may have no token.
    pub(crate) is_optional: bool,
}

impl Authenticator {
    pub(crate) fn new(issuer: TrustedIssuer, sources: TokenSources) -> Self {
        Self {
            trusted: TrustedIssuers::only(issuer),
            sources,
            is_optional: false,
        }
    }

    /// Finds the token of a request, and checks it as far as nothing has to be waited for.
    pub(crate) fn start(&self, method: &Method, headers: &HeaderMap) -> RequestStep {
        self.trusted.ensure_running();
        let step = match self.sources.locate(method, headers) {
            Ok(Located::Token(found)) => self.start_token(&found),
            Ok(Located::Body) => Step::Wait(RequestWait::Body),
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
        let (issuer, step) = self.trusted.check(found);
        match step {
            Step::Pass(claims) => Step::Pass(Admission::Verified(claims)),
            Step::Refuse(error) => Step::Refuse(error),
            Step::Wait(TokenWait::Policy(pending)) => Step::Wait(RequestWait::Policy {
                issuer: Arc::clone(issuer),
                pending,
            }),
            Step::Wait(TokenWait::Key(missing)) => match issuer.keys().ask_for(&missing) {
                Turn::Wait => Step::Wait(RequestWait::Key {
                    issuer: Arc::clone(issuer),
                    found: found.to_owned(),
                    missing,
                }),
                // Most of a flood of unknown keys ends here: without a future, and without a copy of the token.
                Turn::Refuse => Step::Refuse(
                    issuer
                        .keys()
                        .refusal_without_key(&missing, WaitEnd::Refused),
                ),
            },
        }
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
            RequestWait::Body => return self.search_body(body, presented).await,
            RequestWait::Key {
                issuer,
                found,
                missing,
            } => {
                let step = Step::Wait(TokenWait::Key(missing));
                issuer.finish(&found, step, presented).await?
            }
            RequestWait::Policy { issuer, pending } => {
                issuer.policy.finish(pending, presented).await?
            }
        };
        Ok((Admission::Verified(claims), RequestBody::streaming(body)))
    }

    /// Looks for a token in a body, which is handed on as it came, and checks it.
    async fn search_body<B>(
        &self,
        body: B,
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
            Extent::Whole => self.sources.find_in_body(&bytes),
            Extent::TooLarge => Err(BodyError::Unsearchable(AuthErrorKind::BodyTooLarge)),
            Extent::TooSlow => Err(BodyError::Unsearchable(AuthErrorKind::BodyTimeout)),
        };
        let admission = match found {
            Ok(Some(found)) => Admission::Verified(self.verify_found(&found, presented).await?),
            Ok(None) => self.anonymous_or(AuthErrorKind::MissingToken)?,
            Err(BodyError::Unsearchable(kind)) => self.anonymous_or(kind)?,
            Err(BodyError::Refused(kind)) => return Err(kind.into()),
        };
        Ok((admission, body))
    }

    /// Checks a token that comes without a request.
    async fn verify(
        &self,
        token: &str,
        presented: Presented<'_>,
    ) -> Result<SequenceClaims, AuthError> {
        self.trusted.ensure_running();
        let found = Found::without_request(token);
        let verified = self.verify_found(&found, presented).await;
        verified.inspect_err(observe::token_refused)
    }

    /// Checks a token, and waits for whatever that needs.
    async fn verify_found(
        &self,
        found: &Found<'_>,
        presented: Presented<'_>,
    ) -> Result<SequenceClaims, AuthError> {
        let (issuer, step) = self.trusted.check(found);
        issuer.finish(found, step, presented).await
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
