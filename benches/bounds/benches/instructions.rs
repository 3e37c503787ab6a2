//! What a request costs in instructions, which are the same on a noisy machine: a guard against slow work that
//! nobody meant to add.
//!
//! `cargo bench -p bounds` counts them with valgrind's callgrind, prints them as a part of those of one raw signature
//! check, and fails where there are more than the limits below. Without valgrind it says that nothing was measured,
//! which is a failure where `CI` is set. The limits are for a processor with AVX2, which base64 is decoded with.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use bench_support::{
    RawCheck, bearer,
    hostile::{self, Hostile},
    inner, layer, protected, send,
};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use tower::Service;

const REQUESTS: u32 = 200;
const HOSTILE_REQUESTS: usize = 12;

/// What refused requests may cost as a part of a new token of their size. A header of the token takes more to read than
/// the usual one does, which a bad signature does not quite make up for. A body of 64 KiB may cost a sixth of a token
/// for each KiB.
const HOSTILE_LIMITS: [(&str, f64); 3] =
    [("headers", 1.0), ("tokens", 1.05), ("bodies", 64.0 / 6.0)];

/// What is counted, and the most that it may cost as a part of the raw check.
const LIMITS: [(&str, f64); 5] = [
    ("new token", 1.08),
    ("new token, cached", 1.085),
    ("seen token", 0.012),
    ("bad signature", 1.035),
    ("unknown key", 0.03),
];
const RAW_CHECK: &str = "raw check";
const BASELINE: &str = "no layer";

fn main() -> ExitCode {
    if let Ok(name) = env::var("COUNTED") {
        run(&name);
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        eprintln!("nothing was measured, because valgrind is not installed");
        return exit_code(env::var_os("CI").is_none());
    }
    let (raw, baseline) = (count(RAW_CHECK), count(BASELINE));
    println!("instructions over those of the raw check, {raw:.0}");
    let mut is_within = true;
    for (name, limit) in LIMITS {
        let ratio = (count(name) - baseline) / raw;
        println!("{name}: {ratio:.4}, at most {limit}");
        is_within &= ratio <= limit;
    }
    is_within &= are_refused_cheaply();
    exit_code(is_within)
}

fn exit_code(is_good: bool) -> ExitCode {
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Tells whether no refused request costs more than its kind may.
fn are_refused_cheaply() -> bool {
    println!("instructions over those of a new token");
    let issuer = LocalIssuer::new();
    let mut is_within = true;
    for (kind, limit) in HOSTILE_LIMITS {
        let ratios = count_hostile(kind);
        let requests = hostile(kind, &issuer);
        assert_eq!(ratios.len(), requests.len());
        println!("{kind}, at most {limit:.2}");
        for (Hostile { name, .. }, ratio) in requests.iter().zip(ratios) {
            println!("  {name}: {ratio:.4}");
            is_within &= ratio <= limit;
        }
    }
    is_within
}

/// Counts the instructions of one of the requests that this program sends as another process.
fn count(name: &str) -> f64 {
    total(&callgrind(name, &[])) / f64::from(REQUESTS)
}

/// Counts what refused requests of one kind take, each as a part of a new token of its size.
fn count_hostile(name: &str) -> Vec<f64> {
    let file = callgrind(name, &["--dump-after=*counted*"]);
    let dumps = (1..).map(|number| PathBuf::from(format!("{}.{number}", file.display())));
    let dumps = dumps.take_while(|dump| dump.exists());
    let totals: Vec<_> = dumps.map(|dump| total(&dump)).collect();
    let ratio = |counts: &[f64]| (counts[1] - counts[0]) / (counts[3] - counts[2]);
    totals.chunks_exact(4).map(ratio).collect()
}

fn total(file: &Path) -> f64 {
    let counts = fs::read_to_string(file).unwrap();
    let total = counts
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().parse().unwrap()
}

/// Runs this program under callgrind, and returns where its counts are.
fn callgrind(name: &str, options: &[&str]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let file = directory.join("out");
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--collect-atstart=no",
            "--toggle-collect=instructions::counted*",
        ])
        .args(options)
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe().unwrap())
        .env("COUNTED", name)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    file
}

/// Sends requests of one kind.
fn run(name: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    let good = issuer.token().mint();
    let minted = || -> Vec<_> {
        let numbers = 0..REQUESTS + 2;
        numbers
            .map(|number| bearer(&issuer.token().claim("number", number).mint()))
            .collect()
    };
    let same = |token: &str| (0..REQUESTS + 2).map(|_| bearer(token)).collect();
    match name {
        RAW_CHECK => {
            let raw = RawCheck::new(&issuer);
            raw.run();
            counted(|| (0..REQUESTS).for_each(|_| raw.run()));
        }
        BASELINE => send_all(&mut inner(), same(&good)),
        "new token" => send_all(&mut protected(&layer(&issuer, 0)), minted()),
        "new token, cached" => send_all(&mut protected(&layer(&issuer, 4_096)), minted()),
        "seen token" => send_all(&mut protected(&layer(&issuer, 4_096)), same(&good)),
        "bad signature" => {
            let other = issuer.token().claim("number", 1).mint();
            let (message, _) = good.rsplit_once('.').unwrap();
            let (_, signature) = other.rsplit_once('.').unwrap();
            let token = format!("{message}.{signature}");
            send_all(&mut protected(&layer(&issuer, 4_096)), same(&token));
        }
        "unknown key" => {
            // Of keys that are never fetched again, so that no request waits for one.
            let layer = SequenceAuthLayer::builder(13639)
                .issuer(issuer.url())
                .static_keys(issuer.jwks())
                .build()
                .unwrap();
            let token = issuer.token().header("kid", "unknown").mint();
            send_all(&mut protected(&layer), same(&token));
        }
        _ => send_hostile(&issuer, &hostile(name, &issuer)),
    }
}

fn hostile(kind: &str, issuer: &LocalIssuer) -> Vec<Hostile> {
    match kind {
        "headers" => hostile::headers(issuer),
        "tokens" => hostile::tokens(issuer),
        "bodies" => hostile::bodies(issuer),
        _ => panic!("there are no such requests: {kind}"),
    }
}

/// Sends each of the requests and its good token, first without the layer and then through it.
fn send_hostile(issuer: &LocalIssuer, requests: &[Hostile]) {
    let layer = layer(issuer, 0);
    for Hostile { request, good, .. } in requests {
        for request in [request, &bearer(good)] {
            let all = || vec![request.clone(); HOSTILE_REQUESTS];
            send_all(&mut inner(), all());
            send_all(&mut protected(&layer), all());
        }
    }
}

/// Sends requests, all but the first two of which are counted: after those, what is filled once is filled.
fn send_all<S>(service: &mut S, mut requests: Vec<Request<Full<Bytes>>>)
where
    S: Service<Request<Full<Bytes>>>,
    S::Error: std::fmt::Debug,
{
    for request in requests.drain(..2) {
        send(service, request);
    }
    counted(|| {
        for request in requests {
            send(service, request);
        }
    });
}

/// What is seen from outside, by its name.
#[inline(never)]
fn counted(run: impl FnOnce()) {
    run();
}
