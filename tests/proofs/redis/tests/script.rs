//! The script in a real Redis, under arbitrary clocks.

use std::collections::{HashMap, HashSet};

use redis::{Connection, Script};

use crate::server::RedisServer;

const SCRIPT: &str = include_str!("../../../../src/one_time/redis_store/first_use.lua");
const TOLERANCE: i64 = 2_000;
const SECOND: i64 = 1_000;
/// By how much clocks are wrong, at most.
const WRONG: i64 = 600 * SECOND;
const STEPS: usize = 20_000;

#[derive(Clone, Copy)]
struct Key {
    name: usize,
    /// At the earliest, and how much later at the latest.
    issued: i64,
    imprecision: i64,
    expires: i64,
}

/// A server with a clock that the test passes to the script, and the keys that its instances have issued.
struct World {
    redis: Connection,
    script: Script,
    /// The true time, and by how much the server's clock is off.
    time: i64,
    offset: i64,
    /// The latest that the server's clock has said.
    latest: i64,
    keys: Vec<Key>,
    passed: HashSet<usize>,
    heard: HashMap<String, usize>,
}

impl World {
    fn new(redis: Connection) -> Self {
        let told = SCRIPT.replace("redis.call('TIME')", "{0, ARGV[7] * 1000}");
        assert_ne!(told, SCRIPT);
        Self {
            redis,
            script: Script::new(&told),
            time: 1_700_000_000 * SECOND,
            offset: 0,
            latest: 0,
            keys: Vec::new(),
            passed: HashSet::new(),
            heard: HashMap::new(),
        }
    }

    fn now(&self) -> i64 {
        self.time + self.offset
    }

    /// By the clock of some instance, which may be wrong.
    fn issue(&mut self) {
        let error = [TOLERANCE / 2, TOLERANCE / 2, TOLERANCE / 2, WRONG][fastrand::usize(..4)];
        let issued = self.time + fastrand::i64(-error..=error);
        self.keys.push(Key {
            name: self.keys.len(),
            issued,
            imprecision: [0, 999][fastrand::usize(..2)],
            expires: issued + fastrand::i64(SECOND..=400 * SECOND),
        });
    }

    /// Returns the script's answer for a key of an instance whose clock may be wrong.
    fn ask(&mut self, key: Key) -> String {
        let asked = self.time + fastrand::i64(-WRONG..=WRONG);
        let (digest, id) = (format!("digest {}", key.name), "the question");
        let mut call = self.script.key("used");
        call.arg(id)
            .arg(format!("{}+{}", key.issued, key.imprecision));
        call.arg(key.expires).arg(TOLERANCE).arg(asked);
        call.arg(&digest).arg(self.now());
        let answer: String = call.invoke(&mut self.redis).unwrap();
        let question = format!(" {id}{digest}");
        answer.strip_suffix(&question).unwrap().to_owned()
    }

    fn use_some_key(&mut self) {
        self.latest = self.latest.max(self.now());
        let recent = self.keys.len().saturating_sub(30);
        let Some(&key) = fastrand::choice(&self.keys[recent..]) else {
            return;
        };
        let word = self.ask(key);
        if word == "first" {
            assert!(key.expires > self.now(), "passed after its time");
            assert!(self.passed.insert(key.name), "passed twice");
        }
        *self.heard.entry(word).or_default() += 1;
    }

    /// The server loses its data and starts a new set, at a time when its clock has not been set back.
    fn lose(&mut self) {
        if self.now() < self.latest {
            self.offset = self.latest - self.time;
        }
        let mut unlink = redis::cmd("UNLINK");
        unlink.arg("used").exec(&mut self.redis).unwrap();
        let ancient = Key {
            name: usize::MAX,
            issued: 0,
            imprecision: 0,
            expires: 0,
        };
        assert_eq!(self.ask(ancient), "begun");
    }

    fn step(&mut self) {
        match fastrand::u32(..1000) {
            0..200 => self.issue(),
            200..900 => self.use_some_key(),
            900..980 => self.time += fastrand::i64(0..=20 * SECOND),
            980..990 => self.offset = fastrand::i64(-WRONG..=WRONG),
            990..999 => self.offset = 0,
            _ => self.lose(),
        }
    }
}

#[test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
fn nothing_passes_twice_whatever_the_clocks_say_and_however_often_they_are_set() {
    let seed =
        std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("SEED={seed}");
    fastrand::seed(seed);
    let redis = RedisServer::start();
    let mut world = World::new(redis.connect().unwrap());
    for _ in 0..STEPS {
        world.step();
    }
    println!("{:?}", world.heard);
    for word in [
        "first", "used", "expired", "before", "young", "behind", "ahead", "set-back",
    ] {
        assert!(world.heard.contains_key(word), "never heard: {word}");
    }
    // And when all clocks are right again, new ones pass.
    world.time = world.latest + WRONG;
    world.offset = 0;
    world.issue();
    let mut key = *world.keys.last().unwrap();
    (key.issued, key.expires) = (world.time, world.time + WRONG);
    assert_eq!(world.ask(key), "first");
    assert_eq!(world.ask(key), "used");
}

/// An answer that was sent before, or is only identified by the digest, could belong to any call.
#[test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
fn each_answer_names_its_question() {
    let redis = RedisServer::start();
    let mut redis = redis.connect().unwrap();
    let script = Script::new(SCRIPT);
    let mut ask = |id: &str| -> String {
        let mut call = script.key("used");
        let call = call.arg(id).arg("0+0").arg(&[0; 3]).arg("digest");
        call.invoke(&mut redis).unwrap()
    };
    assert_eq!(ask("one"), "begun onedigest");
    assert!(ask("two").ends_with(" twodigest"));
}

/// A service that implements `INFO` itself may lack these ids, or have meaningless ones.
#[test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
fn a_server_that_does_not_tell_its_process_records_nothing() {
    let redis = RedisServer::start();
    let mut redis = redis.connect().unwrap();
    let real = "redis.call('INFO', 'server', 'replication')";
    assert!(SCRIPT.contains(real));
    for info in [
        "",
        r"role:master\r\n",
        r"role:master\r\nrun_id:1f\r\n",
        r"role:master\r\nmaster_replid:1f\r\n",
        r"role:master\r\nrun_id:0000\r\nmaster_replid:1f\r\n",
        r"role:master\r\nrun_id:1f\r\nmaster_replid:0000\r\n",
    ] {
        let script = Script::new(&SCRIPT.replace(real, &format!(r"'# Server\r\n{info}'")));
        let mut call = script.key("used");
        let call = call.arg("id").arg("0+0").arg(&[0; 3]).arg("digest");
        let answer = call.invoke::<String>(&mut redis).unwrap_err().to_string();
        let is_refused =
            answer.contains("lacks run_id or master_replid") || answer.contains("replica");
        assert!(is_refused, "{info}: {answer}");
    }
    assert_eq!(redis::cmd("EXISTS").arg("used").query(&mut redis), Ok(0));
}
