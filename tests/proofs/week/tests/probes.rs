//! Requests to each instance, to find out that all is well again, or that it is not.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    client::{Browser, Route},
    forgeries::Forgery,
    instances::INSTANCES,
    judge::Answer,
    week::Week,
    world::Kind,
};

/// Far more than anything takes to recover.
const PATIENCE: Duration = Duration::from_secs(30);

impl Week {
    fn browsers(&self) -> [Browser; INSTANCES] {
        std::array::from_fn(|number| Browser::new(self.instances[number].url()))
    }

    /// Waits until each instance accepts the issuer's current key, and is sure that there is no other.
    pub(crate) async fn until_keys_are_right(&self, kind: Kind) {
        let issuer = self.scene.issuer(kind);
        let [first, second, third] = self.browsers();
        let is_right = async |browser: &Browser| {
            let token = issuer.token(self.world());
            let good = browser
                .send(Route::Me, Some(&token.text), self.world())
                .await;
            let token = Forgery::UnknownKey.token(issuer, self.world());
            let bad = browser
                .send(Route::Me, Some(&token.text), self.world())
                .await;
            good.is_ok_and(|(answer, _)| answer.passed())
                && bad.is_ok_and(|(answer, _)| answer.refusal == "unknown_key")
        };
        tokio::join!(
            self.until("the keys are right", async || is_right(&first).await),
            self.until("the keys are right", async || is_right(&second).await),
            self.until("the keys are right", async || is_right(&third).await),
        );
    }

    /// Sends tokens with unknown keys to each instance, one after the other. Returns how many were refused for it.
    pub(crate) async fn send_unknown_keys(&self, kind: Kind, count: usize) -> usize {
        let issuer = self.scene.issuer(kind);
        let [first, second, third] = &self.browsers();
        let send = async |browser: &Browser| {
            let mut refused = 0;
            for _ in 0..count {
                let token = Forgery::UnknownKey.token(issuer, self.world());
                let answer = browser.send(Route::Me, Some(&token.text), self.world());
                let answer = answer.await.ok();
                refused +=
                    usize::from(answer.is_some_and(|(answer, _)| answer.refusal == "unknown_key"));
            }
            refused
        };
        let refused = tokio::join!(send(first), send(second), send(third));
        refused.0 + refused.1 + refused.2
    }

    /// Returns whether each instance refuses good tokens because its keys are too old.
    pub(crate) async fn has_no_keys(&self, kind: Kind) -> bool {
        let [first, second, third] = &self.browsers();
        let lack_keys = tokio::join!(
            self.lacks_keys(first, kind),
            self.lacks_keys(second, kind),
            self.lacks_keys(third, kind),
        );
        lack_keys == (true, true, true)
    }

    async fn lacks_keys(&self, browser: &Browser, kind: Kind) -> bool {
        self.is_answered(browser, kind, |answer| answer.refusal == "keys_unavailable")
            .await
    }

    /// Returns whether an instance accepts the tokens of an issuer, and has no keys of the other one.
    pub(crate) async fn trusts_only(&self, number: usize, kind: Kind) -> bool {
        let browser = &self.browsers()[number];
        self.is_answered(browser, kind, Answer::passed).await
            && self.lacks_keys(browser, kind.other()).await
    }

    /// Sends a good token, and returns whether its answer is as expected.
    async fn is_answered(
        &self,
        browser: &Browser,
        kind: Kind,
        is_expected: impl FnOnce(&Answer) -> bool,
    ) -> bool {
        let token = self.scene.issuer(kind).token(self.world());
        let answer = browser
            .send(Route::Me, Some(&token.text), self.world())
            .await;
        answer.is_ok_and(|(answer, _)| is_expected(&answer))
    }

    /// Returns whether no instance lets anybody in, because the use of a nonce cannot be recorded.
    pub(crate) async fn refuses_logins(&self) -> bool {
        for browser in self.browsers() {
            let answer = self.log_in(&browser).await;
            if answer.is_none_or(|answer| answer.refusal != "one_time_store_unavailable") {
                return false;
            }
        }
        true
    }

    async fn log_in(&self, browser: &Browser) -> Option<Answer> {
        let nonce = browser.send(Route::Nonce, None, self.world()).await;
        let (_, nonce) = nonce.ok()?;
        let issuer = self.scene.issuer(Kind::Embedded);
        let token = issuer.token_with(self.world(), |token| token.nonce(&nonce));
        let answer = browser
            .send(Route::Login, Some(&token.text), self.world())
            .await;
        answer.ok().map(|(answer, _)| answer)
    }

    /// Waits until a login passes at each instance.
    pub(crate) async fn until_logins_pass(&self) {
        let [first, second, third] = self.browsers();
        let passes = async |browser: &Browser| {
            let answer = self.log_in(browser).await;
            answer.is_some_and(|answer| answer.passed())
        };
        tokio::join!(
            self.until("a login passes", async || passes(&first).await),
            self.until("a login passes", async || passes(&second).await),
            self.until("a login passes", async || passes(&third).await),
        );
        // A token is dated by the second, so one that was issued just before a login may be older than it seems.
        sleep(Duration::from_millis(50)).await;
    }

    async fn until(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let began = Instant::now();
        while !is_so().await {
            assert!(
                began.elapsed() < PATIENCE,
                "{}: {what}: not in time",
                self.world().date()
            );
            sleep(Duration::from_millis(20)).await;
        }
    }
}
