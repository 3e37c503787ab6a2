//! All processes of the week, and how to find out that all is well again.

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use ::week::{RATE, scaled};
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
    scene::Scene,
    traffic::Traffic,
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
        let (elapsed, slept) = (world.elapsed(), world.slept());
        let days = |time: Duration| time.as_secs_f64() / DAY;
        let mut text = format!(
            "{:.0} s, in which {:.1} days passed, {:.1} of them in sleep; {} uses in Redis\n",
            elapsed.as_secs_f64(),
            days(elapsed * RATE + slept),
            days(slept),
            self.redis.keys(),
        );
        for kind in Kind::BOTH {
            let fetches = self.scene.issuer(kind).endpoint.fetches();
            writeln!(
                text,
                "  {kind:?}: {fetches} fetches, {} allowed",
                self.most_fetches()
            )
            .unwrap();
        }
        let doubts = [
            (
                "keys in doubt",
                world.durations(|trouble| matches!(trouble, Trouble::Keys(_))),
            ),
            (
                "store in doubt",
                world.durations(|trouble| trouble == Trouble::Store),
            ),
        ];
        for (what, (times, sum, longest)) in doubts {
            writeln!(
                text,
                "  {what} {times} times, {sum:.1?} in all, {longest:.1?} at most"
            )
            .unwrap();
        }
        text + &self.scene.report.text()
    }

    /// How often all instances may fetch the keys of an issuer: once in each interval, in each cool-down, and in each
    /// second after a failure; and for each start twice more.
    fn most_fetches(&self) -> u64 {
        let every =
            |pause: Duration| (self.world().elapsed().as_secs_f64() / pause.as_secs_f64()) as u64;
        let refresh = scaled(Duration::from_secs(270));
        let of_one =
            every(refresh) + every(scaled(Duration::from_secs(30))) + every(Duration::from_secs(1));
        let starts: u64 = self
            .instances
            .iter()
            .map(|instance| instance.life as u64 + 1)
            .sum();
        of_one * self.instances.len() as u64 + 3 * starts
    }

    pub(crate) fn assert_sound(&self) {
        for issuer in &self.scene.issuers {
            let (fetches, most) = (issuer.endpoint.fetches(), self.most_fetches());
            assert!(fetches <= most, "{fetches} fetches, at most {most}");
        }
        self.scene.report.assert_sound();
    }

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
        let [first, second, third] = self.browsers();
        let passes = async |browser: &Browser| {
            let nonce = browser.send(Route::Nonce, None, self.world()).await;
            let Ok((_, nonce)) = nonce else { return false };
            let token = issuer.token_with(self.world(), |token| token.nonce(&nonce));
            let answer = browser
                .send(Route::Login, Some(&token.text), self.world())
                .await;
            answer.is_ok_and(|(answer, _)| answer.passed())
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
