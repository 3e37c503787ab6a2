//! The cookies of a browser: responses set and remove them.

use http::{Request, Response};
use sequence_auth::Nonces;

use super::{nonce, set_cookies};

#[derive(Default)]
pub(super) struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    pub(super) fn request(&self) -> Request<()> {
        let request = Request::get("/nonce").header("cookie", self.cookies());
        request.body(()).unwrap()
    }

    /// Requests a nonce, and returns it.
    pub(super) fn ask(&mut self, nonces: &Nonces) -> String {
        let answer = nonces.respond_to(&self.request());
        self.receive(&answer);
        nonce(&answer)
    }

    pub(super) fn receive(&mut self, answer: &Response<String>) {
        for text in set_cookies(answer) {
            let (pair, attributes) = text.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !attributes.contains("Max-Age=0;") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// The text of the header `Cookie`.
    pub(super) fn cookies(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.cookies.iter().map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn values(&self) -> Vec<String> {
        self.cookies
            .iter()
            .map(|(_, value)| value.clone())
            .collect()
    }
}
