//! The processes of the application, each with a wall clock of its own.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use redis_proofs::server::free_address;
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{
    client::get,
    clock_file::{ClockFile, Reading, remove_traces},
    world::{Kind, World},
};

pub(crate) const INSTANCES: usize = 3;
/// Far more than a process takes to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// What all instances need to know.
pub(crate) struct Surroundings {
    pub(crate) embedded_keys: String,
    pub(crate) oms_keys: String,
    pub(crate) sentinel: SocketAddr,
    pub(crate) directory: PathBuf,
}

/// What an instance says of itself.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) resident_kib: u64,
    pub(crate) tasks: u64,
}

pub(crate) struct Instance {
    number: usize,
    address: SocketAddr,
    process: Child,
    clock: ClockFile,
    /// How often it was started.
    pub(crate) life: usize,
}

impl Instance {
    pub(crate) async fn start(number: usize, surroundings: &Surroundings, world: &World) -> Self {
        let address = free_address();
        let (process, clock) = run(number, address, surroundings, world);
        let mut instance = Self {
            number,
            address,
            process,
            clock,
            life: 0,
        };
        instance.settle(Kind::BOTH.len(), world).await;
        instance
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends the instance as an operator does.
    pub(crate) async fn stop(&mut self) {
        self.signal("TERM").await;
        let status = timeout(PATIENCE, self.process.wait()).await;
        let status = status.expect("the instance ends in time").unwrap();
        assert!(status.success(), "the instance failed: {status}");
    }

    /// Ends the instance as a crash does.
    pub(crate) async fn kill(&mut self) {
        remove_traces(self.process.id().unwrap());
        self.process.kill().await.unwrap();
    }

    /// Starts the instance again, and waits until it knows the keys of so many issuers.
    pub(crate) async fn start_again(
        &mut self,
        issuers: usize,
        surroundings: &Surroundings,
        world: &World,
    ) {
        self.answer_again(surroundings, world).await;
        self.settle(issuers, world).await;
    }

    /// Starts the instance again, and waits until it answers.
    pub(crate) async fn answer_again(&mut self, surroundings: &Surroundings, world: &World) {
        (self.process, self.clock) = run(self.number, self.address, surroundings, world);
        self.life += 1;
        self.until_state(|_| true).await;
    }

    /// Sends a signal, by its name.
    pub(crate) async fn signal(&self, name: &str) {
        signal(self.process.id().unwrap(), name).await;
    }

    /// Sets the clock so many seconds off.
    pub(crate) fn set_clock(&mut self, seconds_off: i64, world: &World) {
        self.clock.seconds_off = seconds_off;
        self.clock.write(world);
    }

    /// Follows the world after a sleep.
    pub(crate) fn wake(&self, world: &World) {
        self.clock.write(world);
    }

    pub(crate) async fn state(&self) -> State {
        let text = get(&format!("{}/state", self.url()))
            .await
            .expect("the instance answers");
        let mut words = text.split(' ');
        let mut next = || words.next().unwrap_or_default();
        State {
            resident_kib: next().parse().unwrap(),
            tasks: next().parse().unwrap(),
        }
    }

    /// Waits until the instance answers and knows the keys of so many issuers, and corrects its clock.
    pub(crate) async fn settle(&mut self, issuers: usize, world: &World) {
        self.until_state(|state| state.matches("fresh").count() == issuers)
            .await;
        let mut reading = Reading::new();
        while !reading.is_close() {
            let before = world.now();
            let shown = get(&format!("{}/clock", self.url())).await.unwrap();
            let shown = Duration::from_millis(shown.parse().unwrap());
            reading.add(before, shown, world.now());
        }
        self.clock.correct(&reading, world);
    }

    async fn until_state(&self, is_right: impl Fn(&str) -> bool) {
        let began = Instant::now();
        while !get(&format!("{}/state", self.url()))
            .await
            .is_some_and(|state| is_right(&state))
        {
            assert!(began.elapsed() < PATIENCE, "the instance does not start");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(process) = self.process.id() {
            remove_traces(process);
        }
    }
}

fn run(
    number: usize,
    address: SocketAddr,
    surroundings: &Surroundings,
    world: &World,
) -> (Child, ClockFile) {
    let path = surroundings.directory.join(format!("clock-{number}"));
    let clock = ClockFile::new(path.clone(), world);
    let process = Command::new(env!("CARGO_BIN_EXE_instance"))
        .envs(ClockFile::environment(&path, ""))
        .env("LISTEN", address.to_string())
        .env("NAME", number.to_string())
        .env("NONCE_KEY", KEY)
        .env("SENTINEL", surroundings.sentinel.to_string())
        .env("EMBEDDED_KEYS", &surroundings.embedded_keys)
        .env("OMS_KEYS", &surroundings.oms_keys)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    (process.unwrap(), clock)
}

pub(crate) async fn signal(process: u32, name: &str) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).arg(process.to_string());
    assert!(
        kill.status().await.unwrap().success(),
        "kill -{name} {process}"
    );
}
