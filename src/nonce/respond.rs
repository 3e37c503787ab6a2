//! The response to a client that requests a nonce.

use std::time::SystemTime;

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE},
};

use super::{binding::BoundBy, login_cookies::LoginCookies, nonces::Nonces};
use crate::{
    error::AuthErrorKind,
    source::{RequestHead, is_of_other_host},
};

/// Why a client does not get a nonce.
#[derive(Clone, Copy)]
enum Refusal {
    OtherSite,
    NothingToBindTo,
    TooManyCookies,
}

impl Refusal {
    fn description(self) -> &'static str {
        match self {
            Self::OtherSite => "another site asked for the nonce",
            Self::NothingToBindTo => AuthErrorKind::MissingBinding.description(),
            Self::TooManyCookies => "the request has too many cookies",
        }
    }

    fn response(self) -> Response<String> {
        let (status, code) = match self {
            Self::OtherSite => (StatusCode::FORBIDDEN, "access_denied"),
            Self::NothingToBindTo | Self::TooManyCookies => {
                (StatusCode::BAD_REQUEST, "invalid_request")
            }
        };
        let description = self.description();
        let document = format!(r#"{{"error":"{code}","error_description":"{description}"}}"#);
        json(status, document)
    }
}

impl Nonces {
    /// Responds to a client that requests a nonce, and sets the cookie that the nonce is bound to.
    ///
    /// The response is 200 with `{"nonce":"…"}`. Every response has `Cache-Control: no-store`. Nothing is stored, so a
    /// flood of requests cannot fill the store.
    ///
    /// With [`bound_by_login_cookies`] the response sets a cookie for this nonce alone. A second tab, a reload, and two
    /// requests at the same time each get a nonce that works. With [`bound_by_cookie`] or [`bound_by_header`] the nonce
    /// is bound to the value in the request.
    ///
    /// # Refusals
    ///
    /// - **403** with login cookies, if `Sec-Fetch-Site` or `Origin` shows that another site sent the request.
    ///   Otherwise that site could replace the cookies of logins in progress. A request without both headers gets a
    ///   nonce: over HTTPS, browsers send at least one of the two.
    /// - **400** with login cookies or `bound_by_cookie`, if the cookies of the login could be more than 16 KiB, or the
    ///   request has more than 128 login cookies. The layer does not search that many cookies, so it would refuse the
    ///   login. The new login cookie counts. Of the cookies that the response removes, name and value do not count.
    /// - **400** with `bound_by_cookie` or `bound_by_header`, if the cookie or header that the nonce would be bound to
    ///   is missing, repeated, empty, or longer than 1,024 bytes.
    ///
    /// # Example
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
        let value = random_value();
        let nonce = self.sign(Some(value.as_bytes()), now);
        let cookies = cookies.set_cookies(&nonce, &value, head.headers);
        let cookies = cookies.ok_or(Refusal::TooManyCookies)?;
        let mut response = answer(&nonce.to_text());
        for cookie in cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

fn answer(nonce: &str) -> Response<String> {
    // A nonce is base64url, so it needs no escaping.
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

/// Generates 128 random bits, as base64url.
fn random_value() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}
