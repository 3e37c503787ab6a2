//! A browser, as far as it matters here: it keeps cookies, and sends them back.

use std::collections::BTreeMap;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

use crate::program::Program;

pub(crate) const SESSION: &str = "__Host-session";
/// How the name of each nonce's cookie begins.
pub(crate) const LOGIN: &str = "__Host-login-";
pub(crate) const EMAIL: &str = "player@example.com";

#[derive(Clone, Default)]
pub(crate) struct Browser {
    client: Client,
    pub(crate) cookies: BTreeMap<String, String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, description: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        let told = self.body["error_description"].as_str().unwrap();
        assert!(told.contains(description), "{told}");
    }
}

impl Browser {
    /// A browser that already has a cookie.
    pub(crate) fn with(cookie: &str, value: &str) -> Self {
        Self {
            cookies: [(cookie.to_owned(), value.to_owned())].into(),
            ..Self::default()
        }
    }

    /// A browser with the nonce cookies of this one, and without a session.
    pub(crate) fn with_nonces_of(other: &Self) -> Self {
        let cookies = other.cookies.clone().into_iter();
        Self {
            cookies: cookies
                .filter(|(name, _)| name.starts_with(LOGIN))
                .collect(),
            ..Self::default()
        }
    }

    /// The names of the cookies that bind nonces to this browser, the oldest first.
    pub(crate) fn login_cookies(&self) -> Vec<String> {
        let names = self.cookies.keys().filter(|name| name.starts_with(LOGIN));
        names.cloned().collect()
    }

    pub(crate) fn request(&self, method: Method, url: &str) -> RequestBuilder {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = self.client.request(method, url);
        if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies.join("; "))
        }
    }

    pub(crate) fn post(&self, program: &Program, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, &format!("{}{path}", program.url))
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Sends a request, and keeps the cookies that come back.
    pub(crate) async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer = answer(request.send().await.unwrap()).await;
        self.keep_cookies(&answer);
        answer
    }

    pub(crate) fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let (pair, flags) = cookie.to_str().unwrap().split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if flags.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) async fn get(&mut self, program: &Program, path: &str) -> Answer {
        let request = self.request(Method::GET, &format!("{}{path}", program.url));
        self.send(request).await
    }

    /// Requests a nonce, and lets the demo issuer sign it.
    pub(crate) async fn token(&mut self, program: &Program) -> String {
        let nonce = self.get(program, "/nonce").await.body;
        self.token_with(program, &nonce["nonce"]).await
    }

    pub(crate) async fn token_with(&mut self, program: &Program, nonce: &Value) -> String {
        let whom = json!({"email": EMAIL, "nonce": nonce});
        let url = format!("{}/demo/token", program.issuer);
        let request = self.client.post(url).body(whom.to_string());
        let answer = answer(request.send().await.unwrap()).await;
        answer.body["idToken"].as_str().unwrap().to_owned()
    }

    pub(crate) fn log_in_request(&self, program: &Program, token: &str) -> RequestBuilder {
        self.post(program, "/login", &json!({"sequenceToken": token}))
    }

    pub(crate) async fn log_in_with(&mut self, program: &Program, token: &str) -> Answer {
        let request = self.log_in_request(program, token);
        self.send(request).await
    }

    /// Logs in, with a new nonce and token.
    pub(crate) async fn log_in(&mut self, program: &Program) -> Answer {
        let token = self.token(program).await;
        self.log_in_with(program, &token).await
    }

    pub(crate) async fn log_out(&mut self, program: &Program) -> Answer {
        let request = self.post(program, "/logout", &json!({}));
        self.send(request).await
    }

    pub(crate) async fn is_logged_in(&mut self, program: &Program) -> bool {
        match self.get(program, "/account").await.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED => false,
            other => panic!("{other}"),
        }
    }
}

pub(crate) async fn answer(response: Response) -> Answer {
    Answer {
        status: response.status(),
        headers: response.headers().clone(),
        body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null),
    }
}
