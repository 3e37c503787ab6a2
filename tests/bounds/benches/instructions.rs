//! What a request costs in instructions, which are the same on a noisy machine: a guard against slow work that
//! nobody meant to add.
//!
//! `cargo bench -p bounds` counts them with valgrind's callgrind, prints them as a part of those of one
//! raw signature check, and fails where there are more than the limits below. Without valgrind it says that
//! nothing was measured, which is a failure where `CI` is set. The limits are for a processor with AVX2, which base64 is decoded with.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[path = "../../../benches/common/mod.rs"]
mod common;
#[path = "../../../benches/common/raw_check.rs"]
mod raw_check;

use std::{
    env, fs,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use bytes::Bytes;
use common::{bearer, inner, layer, protected, send};
use http::Request;
use http_body_util::Full;
use raw_check::RawCheck;
use sequence_auth::testing::LocalIssuer;
use tower::Service;

const REQUESTS: u32 = 200;

/// What is counted, and the most that it may cost as a part of the raw check.
const LIMITS: [(&str, f64); 4] = [
    ("new token", 1.08),
    ("new token, cached", 1.085),
    ("seen token", 0.012),
    ("bad signature", 1.035),
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
    exit_code(is_within)
}

fn exit_code(is_good: bool) -> ExitCode {
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Counts the instructions of one of the requests that this program sends as another process.
fn count(name: &str) -> f64 {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("callgrind.out");
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--collect-atstart=no",
            "--toggle-collect=instructions::counted*",
        ])
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
    let counts = fs::read_to_string(file).unwrap();
    let total = counts
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().parse::<f64>().unwrap() / f64::from(REQUESTS)
}

/// Sends requests of one kind, after one that fills what is filled once.
fn run(name: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    let good = issuer.token().mint();
    let minted = || -> Vec<_> {
        let tokens = (0..=REQUESTS).map(|number| issuer.token().claim("number", number).mint());
        tokens.collect()
    };
    let same = |token: &str| vec![token.to_owned(); REQUESTS as usize + 1];
    match name {
        RAW_CHECK => {
            let raw = RawCheck::new(&issuer);
            raw.run();
            counted(|| (0..REQUESTS).for_each(|_| raw.run()));
        }
        BASELINE => send_all(&mut inner(), &same(&good)),
        "new token" => send_all(&mut protected(&layer(&issuer, 0)), &minted()),
        "new token, cached" => send_all(&mut protected(&layer(&issuer, 4_096)), &minted()),
        "seen token" => send_all(&mut protected(&layer(&issuer, 4_096)), &same(&good)),
        "bad signature" => {
            let other = issuer.token().claim("number", 1).mint();
            let (message, _) = good.rsplit_once('.').unwrap();
            let (_, signature) = other.rsplit_once('.').unwrap();
            let token = format!("{message}.{signature}");
            send_all(&mut protected(&layer(&issuer, 4_096)), &same(&token));
        }
        _ => panic!("there are no such requests: {name}"),
    }
}

fn send_all<S>(service: &mut S, tokens: &[String])
where
    S: Service<Request<Full<Bytes>>>,
    S::Error: std::fmt::Debug,
{
    let mut requests: Vec<_> = tokens.iter().map(|token| bearer(token)).collect();
    send(service, requests.remove(0));
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
