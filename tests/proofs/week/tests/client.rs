//! Requests through the load balancer, or to one instance.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use reqwest::{Client, Error, RequestBuilder};
use serde_json::json;

use crate::{balancer::UPSTREAM, judge::Answer, world::World};

/// Far more than an instance takes, also when it was stopped for a while.
const PATIENCE: Duration = Duration::from_secs(30);

/// A new connection for each request: a request that breaks off is never sent again.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder().pool_max_idle_per_host(0);
    client.timeout(PATIENCE).build().unwrap()
});

/// Returns what an instance says of itself, if it answers.
pub(crate) async fn get(url: &str) -> Option<String> {
    CLIENT.get(url).send().await.ok()?.text().await.ok()
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Route {
    Me,
    /// With the token in a JSON body.
    MeByBody,
    Open,
    Login,
    Once,
    Nonce,
}

/// A request that no instance answered.
pub(crate) struct Unanswered {
    pub(crate) problem: String,
    /// The instance that nginx sent it to, if nginx said so.
    pub(crate) instance: Option<usize>,
    pub(crate) sent: Instant,
}

#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    url: String,
}

impl Browser {
    pub(crate) fn new(url: String) -> Self {
        // A new connection for each request: a request that breaks off is never sent again.
        let client = Client::builder()
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE);
        Self {
            client: client.build().unwrap(),
            url,
        }
    }

    /// Sends a request, and returns the answer with its body.
    pub(crate) async fn send(
        &self,
        route: Route,
        token: Option<&str>,
        world: &World,
    ) -> Result<(Answer, String), Unanswered> {
        let request = self.request(route, token);
        let (sent, from) = (Instant::now(), world.now());
        let unanswered = |problem, instance| Unanswered {
            problem,
            instance,
            sent,
        };
        let broken_off =
            |error: Error, instance| Err(unanswered(error.without_url().to_string(), instance));
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return broken_off(error, None),
        };
        let header = |name| {
            let value = answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (status, refusal, instance) =
            (answer.status(), header("x-refusal"), header("x-instance"));
        let upstream = header(UPSTREAM).parse().ok();
        let body = match answer.text().await {
            Ok(body) => body,
            Err(error) => return broken_off(error, upstream),
        };
        let Ok(instance) = instance.parse() else {
            return Err(unanswered(format!("{status} by nginx"), upstream));
        };
        let seconds = [from, world.now()].map(|time| i64::try_from(time.as_secs()).unwrap());
        let answer = Answer {
            status: status.as_u16(),
            refusal,
            instance,
            sent,
            received: Instant::now(),
            seconds: seconds[0]..=seconds[1],
        };
        Ok((answer, body))
    }

    fn request(&self, route: Route, token: Option<&str>) -> RequestBuilder {
        let (is_post, path) = match route {
            Route::Me => (false, "me"),
            Route::MeByBody => (true, "me"),
            Route::Open => (false, "open"),
            Route::Login => (true, "login"),
            Route::Once => (true, "once"),
            Route::Nonce => (false, "nonce"),
        };
        let url = format!("{}/{path}", self.url);
        let request = if is_post {
            self.client.post(url)
        } else {
            self.client.get(url)
        };
        match token {
            Some(token) if route == Route::MeByBody => request
                .header("content-type", "application/json")
                .body(json!({ "idToken": token }).to_string()),
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}
