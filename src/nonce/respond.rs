//! The answer to a client that asks for a nonce.

use std::time::SystemTime;

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE},
};

use super::{
    binding::{BoundBy, has_too_many_cookies},
    login_cookies::LoginCookies,
    nonces::Nonces,
};
use crate::{
    error::AuthErrorKind,
    source::{RequestHead, is_of_other_host},
};

/// Why a client gets no nonce.
#[derive(Clone, Copy)]
enum Refusal {
    OtherSite,
    NothingToBindTo,
}

impl Refusal {
    fn description(self) -> &'static str {
        match self {
            Self::OtherSite => "another site asked for the nonce",
            Self::NothingToBindTo => AuthErrorKind::MissingBinding.description(),
        }
    }

    fn response(self) -> Response<String> {
        let (status, code) = match self {
            Self::OtherSite => (StatusCode::FORBIDDEN, "access_denied"),
            Self::NothingToBindTo => (StatusCode::BAD_REQUEST, "invalid_request"),
        };
        let description = self.description();
        let document = format!(r#"{{"error":"{code}","error_description":"{description}"}}"#);
        json(status, document)
    }
}

impl Nonces {
    /// Answers a client that asks for a nonce, and sets the cookie that the nonce is bound to.
    ///
    /// The answer is 200 with `{"nonce":"…"}`. With [`bound_by_login_cookies`] it sets a cookie for this nonce alone: a
    /// second tab, a reload, and two requests at the same moment each get a nonce that is good for a login. With
    /// [`bound_by_cookie`] or [`bound_by_header`] the nonce is bound to what is in the request.
    ///
    /// With login cookies, the answer is 403 if the browser says by `Sec-Fetch-Site` or `Origin` that another site
    /// made the request: otherwise that site could replace the cookies of logins under way. A request that has neither
    /// header is answered: over HTTPS, browsers send at least one of them. The answer is 400 if more than 16 KiB of cookies
    /// came, of which none would be looked at with the token, and, with `bound_by_cookie` and `bound_by_header`, if what a
    /// nonce is bound to is missing. Each answer is `Cache-Control: no-store`.
    ///
    /// Nothing is stored, so that a flood of requests fills nothing.
    ///
    /// ```
    /// use axum::{extract::{Request, State}, response::Response};
    /// use sequence_auth::Nonces;
    ///
    /// async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
    ///     nonces.respond_to(&request)
    /// }
    /// ```
    ///
    /// [`bound_by_login_cookies`]: crate::NoncesBuilder::bound_by_login_cookies
    /// [`bound_by_cookie`]: crate::NoncesBuilder::bound_by_cookie
    /// [`bound_by_header`]: crate::NoncesBuilder::bound_by_header
    #[must_use]
    pub fn respond_to<B>(&self, request: &Request<B>) -> Response<String> {
        let answered = self.respond_at(RequestHead::of(request), SystemTime::now());
        answered.unwrap_or_else(|refusal| {
            let is_host_changed = is_of_other_host(RequestHead::of(request));
            self.events
                .not_issued(refusal.description(), is_host_changed);
            refusal.response()
        })
    }

    fn respond_at(
        &self,
        head: RequestHead<'_>,
        now: SystemTime,
    ) -> Result<Response<String>, Refusal> {
        match &self.bound_by {
            None => Ok(answer(&self.issue_at(None, now))),
            Some(BoundBy::LoginCookies(cookies)) => self.respond_with_cookie(cookies, head, now),
            Some(BoundBy::Place(place)) => {
                let binding = place.find(head.headers).ok_or(Refusal::NothingToBindTo)?;
                Ok(answer(&self.issue_at(Some(binding), now)))
            }
        }
    }

    fn respond_with_cookie(
        &self,
        cookies: &LoginCookies,
        head: RequestHead<'_>,
        now: SystemTime,
    ) -> Result<Response<String>, Refusal> {
        if !cookies.are_for(head) {
            return Err(Refusal::OtherSite);
        }
        // None of them would be found with the token.
        if has_too_many_cookies(head.headers) {
            return Err(Refusal::NothingToBindTo);
        }
        let value = random_value();
        let nonce = self.sign(Some(value.as_bytes()), now);
        let mut response = answer(&nonce.to_text());
        for cookie in cookies.set_cookies(&nonce, &value, head.headers) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

fn answer(nonce: &str) -> Response<String> {
    // A nonce consists of base64url.
    json(StatusCode::OK, format!(r#"{{"nonce":"{nonce}"}}"#))
}

fn json(status: StatusCode, document: String) -> Response<String> {
    let mut response = Response::new(document);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Generates 128 random bits, in base64url.
fn random_value() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}
