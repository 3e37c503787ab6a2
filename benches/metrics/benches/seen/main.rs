//! What the feature `metrics` adds to a request whose token was seen before, with the recorder of
//! metrics-exporter-prometheus installed.
//!
//! `cargo bench -p metrics-cost` runs two workers, one built without the feature and one with it, which take turns. It
//! prints medians of 301 rounds: the time of a request with either worker, the difference of each round, and the
//! difference as a part of one raw signature check.

#![allow(missing_docs, clippy::unwrap_used)]

mod worker;

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio},
    time::Duration,
};

use bench_support::{RawCheck, median, timed};
use sequence_auth::testing::LocalIssuer;

const ROUNDS: usize = 301;
/// The argument that makes this program a worker.
const WORKER: &str = "--worker";

fn main() -> ExitCode {
    if env::args().any(|argument| argument == WORKER) {
        worker::run();
        return ExitCode::SUCCESS;
    }
    if cfg!(feature = "metrics") {
        eprintln!("this bench builds itself with the feature: run it without");
        return ExitCode::FAILURE;
    }
    let without = Worker::start(Command::new(env::current_exe().unwrap()).arg(WORKER));
    let with = Worker::start(with_metrics().args(["--", WORKER]));
    compare(without, with);
    ExitCode::SUCCESS
}

/// The command that builds this bench with the feature, in a folder of its own, and runs it.
fn with_metrics() -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["bench", "--quiet", "--features", "metrics"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("../../target/metrics-cost"));
    command
}

fn compare(mut without: Worker, mut with: Worker) {
    let raw = raw_check();
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        // Neither is always the first.
        if round % 2 == 0 {
            rounds.push((without.measure(), with.measure()));
        } else {
            let with = with.measure();
            rounds.push((without.measure(), with));
        }
    }
    let nanos = |time: &Duration| time.as_nanos() as f64;
    let mut added: Vec<f64> = rounds.iter().map(|(a, b)| nanos(b) - nanos(a)).collect();
    added.sort_unstable_by(f64::total_cmp);
    let (without, with) = rounds.into_iter().unzip();
    println!(
        "a seen token without the feature: {} ns",
        median(without).as_nanos()
    );
    println!(
        "with it, and a recorder:          {} ns",
        median(with).as_nanos()
    );
    let [low, middle, high] = [ROUNDS / 4, ROUNDS / 2, 3 * ROUNDS / 4].map(|rank| added[rank]);
    println!("added in a round: {middle:.0} ns (quartiles: {low:.0} and {high:.0})");
    println!("as a part of one raw check: {:.4}", middle / nanos(&raw));
}

fn raw_check() -> Duration {
    let check = RawCheck::new(&LocalIssuer::new());
    median(
        (0..51)
            .map(|_| timed(vec![(); 20], |()| check.run()))
            .collect(),
    )
}

/// A program that measures when it is told to.
struct Worker {
    orders: ChildStdin,
    times: BufReader<ChildStdout>,
    // Ends when its orders do.
    _child: Child,
}

impl Worker {
    /// Starts a worker, and waits until it is built and warm.
    fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut worker = Self {
            orders: child.stdin.take().unwrap(),
            times: BufReader::new(child.stdout.take().unwrap()),
            _child: child,
        };
        worker.measure();
        worker
    }

    /// Returns the time of one request.
    fn measure(&mut self) -> Duration {
        self.orders.write_all(b"\n").unwrap();
        let mut line = String::new();
        self.times.read_line(&mut line).unwrap();
        Duration::from_nanos(line.trim().parse().unwrap())
    }
}
