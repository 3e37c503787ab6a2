//! All processes of the week, and how to find out that all is well again.

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use ::week::RATE;
use tempfile::TempDir;
use tokio::{
    task::{JoinHandle, block_in_place},
    time::sleep,
};

use crate::{
    balancer::Balancer,
    client::{Browser, Route},
    forgeries::Forgery,
    instances::{INSTANCES, Instance, Surroundings},
    issuers::Issuer,
    redis::Redis,
    report::Report,
    traffic::{Scene, Traffic},
    world::{Kind, Trouble, World},
};

const DAY: f64 = 86_400.0;
/// How many players and attackers there are, and the pause of each between two requests.
const CLIENTS: usize = 6;
const PAUSE: Duration = Duration::from_millis(40);
/// Far more than anything takes to recover.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Week {
    pub(crate) scene: Arc<Scene>,
    pub(crate) surroundings: Surroundings,
    pub(crate) instances: Vec<Instance>,
    pub(crate) redis: Redis,
    pub(crate) balancer: Balancer,
    traffic: Arc<Traffic>,
    clients: Vec<JoinHandle<()>>,
    _directory: TempDir,
}

impl Week {
    /// Starts all processes and, when logins pass, the traffic.
    pub(crate) async fn start() -> Self {
        let world = World::new();
        let issuers = [
            Issuer::start(Kind::Embedded).await,
            Issuer::start(Kind::Oms).await,
        ];
        let redis = block_in_place(|| Redis::start(&world));
        let directory = TempDir::new().unwrap();
        let surroundings = Surroundings {
            embedded_keys: issuers[0].endpoint.url.clone(),
            oms_keys: issuers[1].endpoint.url.clone(),
            sentinel: redis.sentinel.address(),
            directory: directory.path().to_owned(),
        };
        let mut instances = Vec::new();
        for number in 0..INSTANCES {
            instances.push(Instance::start(number, &surroundings, &world).await);
        }
        let balancer = Balancer::start(instances.iter().map(Instance::address).collect()).await;
        let scene = Arc::new(Scene {
            world,
            issuers,
            report: Report::default(),
        });
        let traffic = Arc::new(Traffic::new(Arc::clone(&scene), balancer.url()));
        let mut week = Self {
            scene,
            surroundings,
            instances,
            redis,
            balancer,
            traffic,
            clients: Vec::new(),
            _directory: directory,
        };
        week.until_logins_pass().await;
        week.clients = (0..CLIENTS)
            .map(|_| tokio::spawn(Arc::clone(&week.traffic).run(PAUSE)))
            .collect();
        week
    }

    /// Ends the traffic. A client that panicked ends the test.
    pub(crate) async fn end(&mut self) {
        self.traffic.stop();
        for client in self.clients.drain(..) {
            client.await.unwrap();
        }
    }

    pub(crate) fn world(&self) -> &World {
        &self.scene.world
    }

    /// Lets the traffic go on for a while.
    pub(crate) async fn calm(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.sample().await;
            sleep(Duration::from_millis(500).min(end.saturating_duration_since(Instant::now())))
                .await;
        }
    }

    async fn sample(&self) {
        for (number, instance) in self.instances.iter().enumerate() {
            self.scene
                .report
                .sample(number, instance.life, instance.state().await);
        }
    }

    /// What was seen, in words.
    pub(crate) fn summary(&self) -> String {
        let world = self.world();
        let elapsed = world.elapsed();
        let mut text = format!(
            "{:.0} s, in which {:.1} days passed, {:.1} of them in sleep; {} uses in Redis\n",
            elapsed.as_secs_f64(),
            (elapsed * RATE + world.slept()).as_secs_f64() / DAY,
            world.slept().as_secs_f64() / DAY,
            self.redis.keys(),
        );
        for kind in Kind::BOTH {
            let fetches = self.scene.issuer(kind).endpoint.fetches();
            let (times, sum, longest) = world.durations(|trouble| trouble == Trouble::Keys(kind));
            writeln!(
                text,
                "  {kind:?}: {fetches} fetches; keys in doubt {times} times, {sum:.1?} in all, {longest:.1?} at most"
            )
            .unwrap();
        }
        let (times, sum, longest) = world.durations(|trouble| trouble == Trouble::Store);
        writeln!(
            text,
            "  store in doubt {times} times, {sum:.1?} in all, {longest:.1?} at most"
        )
        .unwrap();
        text + &self.scene.report.text()
    }

    fn browsers(&self) -> Vec<Browser> {
        self.instances
            .iter()
            .map(|instance| Browser::new(instance.url()))
            .collect()
    }

    /// Waits until each instance accepts the issuer's current key, and refuses an unknown one with certainty.
    pub(crate) async fn until_keys_are_right(&self, kind: Kind) {
        let issuer = self.scene.issuer(kind);
        for browser in self.browsers() {
            self.until("a new key is accepted", async || {
                let token = issuer.token(self.world());
                let answer = browser
                    .send(Route::Me, Some(&token.text), self.world())
                    .await;
                answer.is_ok_and(|(answer, _)| answer.passed())
            })
            .await;
            self.until("an unknown key is refused", async || {
                let token = Forgery::UnknownKey.token(issuer, self.world());
                let answer = browser
                    .send(Route::Me, Some(&token.text), self.world())
                    .await;
                answer.is_ok_and(|(answer, _)| answer.refusal == "unknown_key")
            })
            .await;
        }
    }

    /// Returns whether each instance refuses good tokens because its keys are too old.
    pub(crate) async fn has_no_keys(&self, kind: Kind) -> bool {
        let issuer = self.scene.issuer(kind);
        for browser in self.browsers() {
            let token = issuer.token(self.world());
            let answer = browser
                .send(Route::Me, Some(&token.text), self.world())
                .await;
            if !answer.is_ok_and(|(answer, _)| answer.refusal == "keys_unavailable") {
                return false;
            }
        }
        true
    }

    /// Waits until a login passes at each instance.
    pub(crate) async fn until_logins_pass(&self) {
        let issuer = self.scene.issuer(Kind::Embedded);
        for browser in self.browsers() {
            self.until("a login passes", async || {
                let nonce = browser.send(Route::Nonce, None, self.world()).await;
                let Ok((_, nonce)) = nonce else { return false };
                let token = issuer.token_with(self.world(), |token| token.nonce(&nonce));
                let answer = browser
                    .send(Route::Login, Some(&token.text), self.world())
                    .await;
                answer.is_ok_and(|(answer, _)| answer.passed())
            })
            .await;
        }
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
