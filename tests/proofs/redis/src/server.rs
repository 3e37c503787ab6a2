//! A Redis of one's own, in a directory of its own.

use std::{
    env,
    ffi::OsString,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use redis::{Connection, FromRedisValue, RedisResult};
use sequence_auth::RedisStore;
use tempfile::TempDir;

/// Far more than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Settings of a server that stores nothing on disk.
pub const NOTHING: [&str; 2] = ["--save", ""];
/// Settings of a server that stores everything on disk before it responds.
pub const LOG: [&str; 6] = [
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
];

/// Settings of a server that has replicas, as the guide lists them.
pub const REPLICATED: [&str; 6] = [
    "--save",
    "",
    "--min-replicas-to-write",
    "1",
    "--min-replicas-max-lag",
    "2",
];

/// The permissions that the guide lists.
pub const PERMISSIONS: &str = "resetkeys ~sequence-auth:used +evalsha +script|load +info +time +unlink +zadd +zmscore \
                               +zrange +zrem";

#[derive(Debug)]
pub struct RedisServer {
    process: Child,
    address: SocketAddr,
    settings: Vec<String>,
    environment: Environment,
    directory: TempDir,
}

pub type Environment = Vec<(OsString, OsString)>;

impl RedisServer {
    /// Starts a server that stores nothing on disk. The tests that call it are ignored without an installed server.
    pub fn start() -> Self {
        Self::start_with(&NOTHING)
    }

    pub fn start_with(settings: &[&str]) -> Self {
        Self::start_prepared(settings, |_| Environment::new())
    }

    /// Starts a server in an environment that is made for its directory.
    pub fn start_prepared(settings: &[&str], prepare: impl FnOnce(&Path) -> Environment) -> Self {
        let directory = TempDir::new().unwrap();
        let environment = prepare(directory.path());
        let settings: Vec<_> = settings.iter().copied().map(str::to_owned).collect();
        let address = free_address();
        let process = run(address, &settings, &environment, directory.path());
        let server = Self {
            process,
            address,
            settings,
            environment,
            directory,
        };
        server.wait_until_it_answers();
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub fn store(&self) -> RedisStore {
        store_at(self.address)
    }

    /// Returns the ID of its process.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Ends the server at once, as a crash does.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts the server again, with the contents of its directory.
    pub fn start_again(&mut self) {
        let (settings, environment) = (&self.settings, &self.environment);
        self.process = run(self.address, settings, environment, self.directory.path());
        self.wait_until_it_answers();
    }

    pub fn restart(&mut self) {
        self.kill();
        self.start_again();
    }

    pub fn connect(&self) -> RedisResult<Connection> {
        redis::Client::open(format!("redis://{}", self.address))?.get_connection()
    }

    /// Has a command done; its words are separated by spaces.
    pub fn command<T: FromRedisValue>(&self, words: &str) -> T {
        let mut words = words.split(' ');
        let mut command = redis::cmd(words.next().unwrap());
        command.arg(words.collect::<Vec<_>>());
        command.query(&mut self.connect().unwrap()).unwrap()
    }

    /// Makes this server a replica, and waits until it has all data of the other server.
    pub fn follow(&self, primary: &Self) {
        self.follow_at(primary.address);
    }

    /// The same, over another address of the primary.
    pub fn follow_at(&self, primary: SocketAddr) {
        let (ip, port) = (primary.ip(), primary.port());
        self.command::<()>(&format!("REPLICAOF {ip} {port}"));
        until("it is synchronized", || {
            let info: String = self.command("INFO replication");
            info.contains("master_link_status:up")
        });
    }

    fn wait_until_it_answers(&self) {
        let process = format!("process_id:{}\r\n", self.process.id());
        until("the server answers", || {
            let info = self
                .connect()
                .and_then(|mut redis| redis::cmd("INFO").query::<String>(&mut redis));
            info.is_ok_and(|info| info.contains(&process) && info.contains("loading:0"))
        });
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The URL of Redis for a store.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    Url,
    Client,
}

impl Way {
    pub const BOTH: [Self; 2] = [Self::Url, Self::Client];

    /// A store whose clocks agree within a tenth of a second, like those of a single machine.
    pub fn store(self, url: &str) -> RedisStore {
        let store = match self {
            Self::Url => RedisStore::new(url).unwrap(),
            Self::Client => RedisStore::from_client(redis::Client::open(url).unwrap()),
        };
        store.clock_tolerance(Duration::from_millis(100))
    }

    pub fn store_at(self, address: SocketAddr) -> RedisStore {
        self.store(&format!("redis://{address}"))
    }
}

pub fn store_at(address: SocketAddr) -> RedisStore {
    Way::Url.store_at(address)
}

pub fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < PATIENCE, "{what}: not in time");
        sleep(Duration::from_millis(5));
    }
}

pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

/// Runs a server with the settings of a test that does not want another address.
fn run(
    address: SocketAddr,
    settings: &[String],
    environment: &Environment,
    directory: &Path,
) -> Child {
    let port = address.port().to_string();
    run_program(&["--port", &port], settings, environment, directory)
}

/// Runs the server's program; its output goes into a file in its directory.
pub(crate) fn run_program(
    first: &[&str],
    settings: &[String],
    environment: &Environment,
    directory: &Path,
) -> Child {
    let log = fs::File::options()
        .append(true)
        .create(true)
        .open(directory.join("log"))
        .unwrap();
    let child = Command::new(program())
        .args(first)
        .args(["--bind", "127.0.0.1", "--dir"])
        .arg(directory)
        .args(settings)
        .envs(environment.iter().cloned())
        .stdout(log)
        .stdin(Stdio::null())
        .spawn();
    child.unwrap()
}

fn program() -> String {
    if let Ok(program) = env::var("REDIS_SERVER") {
        return program;
    }
    let is_installed = |program: &&str| Command::new(program).arg("--version").output().is_ok();
    let program = ["redis-server", "valkey-server"]
        .into_iter()
        .find(is_installed);
    let program = program.expect("neither redis-server nor valkey-server is installed");
    program.to_owned()
}
