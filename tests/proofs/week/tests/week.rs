//! All processes of the week, and what was seen of them.

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
    instances::{INSTANCES, Instance, Surroundings},
    issuers::Issuer,
    key_endpoint::KeyEndpoint,
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
            let state = instance.state().await;
            self.scene
                .report
                .sample(number, instance.life, state, self.world());
        }
        self.scene.report.fetched(self.fetches(), self.world());
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
        let (fetches, most) = (self.fetches(), self.most_fetches());
        writeln!(text, "  {fetches} fetches, {most} allowed").unwrap();
        let doubts = [
            (
                "keys in doubt",
                world.durations(|trouble| matches!(trouble, Trouble::Keys(_))),
            ),
            (
                "store in doubt",
                world.durations(|trouble| matches!(trouble, Trouble::Store | Trouble::Replica)),
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

    fn fetches(&self) -> u64 {
        let endpoints = self.scene.issuers.iter().map(|issuer| &issuer.endpoint);
        endpoints.map(KeyEndpoint::fetches).sum()
    }

    /// How often the instances may fetch the keys of both issuers: once in each interval, once for each token that no
    /// key verifies, and three times for each start. While the keys of an issuer are in doubt or cannot be fetched, once
    /// more in each cool-down and in each second.
    fn most_fetches(&self) -> u64 {
        let every =
            |pause, time: Duration| (time.as_secs_f64() / Duration::as_secs_f64(&pause)) as u64;
        let (_, doubt, _) = self
            .world()
            .durations(|trouble| matches!(trouble, Trouble::Keys(_) | Trouble::Issuer(_)));
        let refreshes = 2 * every(scaled(Duration::from_secs(270)), self.world().elapsed());
        let in_doubt =
            every(scaled(Duration::from_secs(30)), doubt) + every(Duration::from_secs(1), doubt);
        let lives = self
            .instances
            .iter()
            .map(|instance| instance.life as u64 + 1);
        let starts = 2 * 3 * lives.sum::<u64>();
        (refreshes + in_doubt) * INSTANCES as u64 + starts + self.scene.report.unverified()
    }

    pub(crate) fn assert_sound(&self) {
        let (fetches, most) = (self.fetches(), self.most_fetches());
        assert!(fetches <= most, "{fetches} fetches, at most {most}");
        self.scene.report.assert_sound();
    }
}
