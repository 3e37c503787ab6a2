//! Redis with a replica and a Sentinel. The wall clocks of both servers follow the world; the Sentinel's is real.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use ::redis::{RedisResult, cmd};
use ::week::RATE;
use redis_proofs::{
    sentinel::{NAME, RedisSentinel},
    server::{RedisServer, until},
};

use crate::{
    clock_file::{ClockFile, Reading, remove_traces},
    instances::signal,
    world::World,
};

struct Server {
    redis: RedisServer,
    clock: ClockFile,
}

pub(crate) struct Redis {
    servers: [Server; 2],
    /// Which of them is the primary.
    primary: usize,
    pub(crate) sentinel: RedisSentinel,
}

impl Redis {
    pub(crate) fn start(world: &World) -> Self {
        let servers = [Server::start(world), Server::start(world)];
        servers[1].redis.follow(&servers[0].redis);
        let sentinel = RedisSentinel::watching(&servers[0].redis);
        let redis = Self {
            servers,
            primary: 0,
            sentinel,
        };
        // A replica says for how long it has lost its primary by the scaled clock, and a Sentinel compares that with
        // true time. So the test decides when a primary counts as dead, and the Sentinel does the rest.
        redis
            .ask_sentinel(&["SET", NAME, "down-after-milliseconds", "600000"])
            .unwrap();
        redis
    }

    pub(crate) fn follow_clock(&self, world: &World) {
        for server in &self.servers {
            server.clock.write(world);
        }
    }

    /// Stops both servers for a while, or lets them go on.
    pub(crate) async fn signal(&self, name: &str) {
        for server in &self.servers {
            signal(server.redis.process(), name).await;
        }
    }

    pub(crate) fn keys(&self) -> usize {
        self.servers[self.primary]
            .redis
            .command("ZCARD sequence-auth:used")
    }

    /// Has the primary crash, and starts it again without what it knew.
    pub(crate) fn restart(&mut self, world: &World) {
        self.servers[self.primary].kill();
        self.servers[self.primary].start_again(world);
        self.wait_for_replica();
    }

    /// Has the replica take over while the primary runs, as for maintenance.
    pub(crate) fn fail_over(&mut self) {
        self.sentinel.fail_over();
        self.primary = 1 - self.primary;
        self.wait_for_replica();
    }

    /// Has the primary crash, and the replica take over. The old primary comes back as a replica.
    pub(crate) fn lose_primary(&mut self, world: &World) {
        let lost = self.primary;
        self.servers[lost].kill();
        until("the Sentinel begins a failover", || {
            self.ask_sentinel(&["FAILOVER", NAME]).is_ok()
        });
        self.primary = 1 - lost;
        until("the replica takes over", || {
            self.role(self.primary).starts_with("master")
        });
        self.servers[lost].start_again(world);
        self.wait_for_replica();
    }

    /// Has the replica crash.
    pub(crate) fn lose_replica(&mut self) {
        self.servers[1 - self.primary].kill();
    }

    /// Starts the replica again. The primary has never failed, and has lost nothing.
    pub(crate) fn recover_replica(&mut self, world: &World) {
        let replica = 1 - self.primary;
        self.servers[replica].start_again(world);
        let [primary, replica] = [self.primary, replica].map(|server| &self.servers[server].redis);
        replica.follow(primary);
        self.wait_for_replica();
    }

    fn wait_for_replica(&self) {
        until("the primary has its replica", || {
            let info = self.replication(self.primary);
            info.contains("role:master") && info.contains("min_slaves_good_slaves:1")
        });
    }

    fn role(&self, server: usize) -> String {
        let info = self.replication(server);
        info.split("role:").nth(1).unwrap_or_default().to_owned()
    }

    /// What a server says of its replication: nothing while it changes its role, when it breaks off connections.
    fn replication(&self, server: usize) -> String {
        let connection = self.servers[server].redis.connect();
        let info =
            connection.and_then(|mut redis| cmd("INFO").arg("replication").query(&mut redis));
        info.unwrap_or_default()
    }

    fn ask_sentinel(&self, words: &[&str]) -> RedisResult<()> {
        let client = ::redis::Client::open(format!("redis://{}", self.sentinel.address()))?;
        cmd("SENTINEL")
            .arg(words)
            .query(&mut client.get_connection()?)
    }
}

impl Server {
    fn start(world: &World) -> Self {
        let mut clock = None;
        // What Redis measures by its wall clock, at the scale of that clock; its defaults in seconds.
        let scaled = |seconds: u32| (seconds * RATE).to_string();
        let settings = [
            ("--save", String::new()),
            ("--min-replicas-to-write", "1".to_owned()),
            ("--repl-timeout", scaled(60)),
            ("--repl-backlog-ttl", scaled(3600)),
            ("--min-replicas-max-lag", scaled(10)),
            ("--repl-diskless-sync-delay", "0".to_owned()),
        ];
        let settings: Vec<_> = settings
            .iter()
            .flat_map(|(name, value)| [*name, value.as_str()])
            .collect();
        let redis = RedisServer::start_prepared(&settings, |directory| {
            let path = path(directory);
            clock = Some(ClockFile::new(path.clone(), world));
            // The allocator of the C library does not read the time while libfaketime allocates; Redis's own does.
            ClockFile::environment(&path, " libc.so.6")
        });
        let mut server = Self {
            redis,
            clock: clock.expect("it was prepared"),
        };
        server.correct_clock(world);
        server
    }

    /// Ends the server as a crash does.
    fn kill(&mut self) {
        remove_traces(self.redis.process());
        self.redis.kill();
    }

    fn start_again(&mut self, world: &World) {
        self.clock = ClockFile::new(path(self.redis.directory()), world);
        self.redis.start_again();
        self.correct_clock(world);
    }

    fn correct_clock(&mut self, world: &World) {
        let mut reading = Reading::new();
        while !reading.is_close() {
            let before = world.now();
            let [seconds, micros] = self.redis.command::<[u64; 2]>("TIME");
            let shown = Duration::from_secs(seconds) + Duration::from_micros(micros);
            reading.add(before, shown, world.now());
        }
        self.clock.correct(&reading, world);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `RedisServer` kills it.
        remove_traces(self.redis.process());
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join("clock")
}
