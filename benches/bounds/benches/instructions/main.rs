//! The instructions of a request, which are the same on a noisy machine. They guard against code that is slow by
//! accident.
//!
//! `cargo bench -p bounds` counts them with valgrind's callgrind, and prints them as a fraction of those of one raw
//! signature check. It fails if they exceed the limits below. Without valgrind it prints that nothing was measured, and
//! fails if `CI` is set. The limits are for a processor with AVX2, with which base64 is decoded.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod callgrind;
mod counted;
mod requests;

use std::{
    env,
    process::{Command, ExitCode, Stdio},
};

use self::callgrind::Counts;

/// What requests may cost with a token by each algorithm, as a part of its raw check.
const LIMITS: [(&str, [(&str, f64); 5]); 2] = [
    (
        "RS256",
        [
            ("new token", 1.08),
            ("new token, cached", 1.085),
            ("seen token", 0.012),
            ("bad signature", 1.035),
            ("unknown key", 0.03),
        ],
    ),
    (
        "ES256",
        [
            ("new token", 1.15),
            ("new token, cached", 1.15),
            ("seen token", 0.012),
            ("bad signature", 1.035),
            ("unknown key", 0.03),
        ],
    ),
];
/// Limits for a layer that trusts both issuers, over the same request through the issuer's own layer. A seen ES256
/// token takes 2,600 instructions, and 55 more to compare its beginning with that of each issuer.
const EITHER_LIMITS: [(&str, &str, f64); 6] = [
    ("RS256", "new token", 1.02),
    ("RS256", "new token, cached", 1.02),
    ("RS256", "seen token", 1.02),
    ("ES256", "new token", 1.02),
    ("ES256", "new token, cached", 1.02),
    ("ES256", "seen token", 1.03),
];
/// What a seen token by ES256 may cost over one by RS256.
const SEEN_LIMIT: f64 = 1.05;
/// What refused requests may cost as a part of a new token of their size. A header of the token takes more to read than
/// the usual one does, which a bad signature does not quite make up for; a layer of both issuers reads one by ES256 that
/// is not as its issuer writes it twice. A body of 64 KiB may cost a fifth of a token for each KiB. The
/// cookies of a token with a nonce are searched in addition.
const HOSTILE_LIMITS: [(&str, f64); 12] = [
    ("headers", 1.0),
    ("tokens", 1.05),
    ("tokens by ES256", 1.05),
    ("tokens of either issuer, RS256", 1.05),
    ("tokens of either issuer, ES256", 1.07),
    ("bodies", 64.0 / 5.0),
    ("bodies for either issuer", 64.0 / 5.0),
    ("cookies", 1.0),
    ("subprotocols", 1.0),
    ("own headers", 1.0),
    ("bindings", 1.35),
    ("requests for nonces", 1.0),
];

fn main() -> ExitCode {
    if env::var_os(callgrind::COUNTED).is_some() {
        requests::send_all();
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
    let counts = callgrind::count();
    let mut is_within = true;
    for (algorithm, limits) in LIMITS {
        is_within &= is_near_raw_check(&counts, algorithm, &limits);
    }
    is_within &= is_near_own_layer(&counts);
    is_within &= is_seen_alike(&counts);
    is_within &= are_refused_cheaply(&counts);
    exit_code(is_within)
}

fn exit_code(is_good: bool) -> ExitCode {
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints a ratio, and returns `true` if it is within its limit.
fn report(name: &str, ratio: f64, limit: f64) -> bool {
    println!("{name}: {ratio:.4}, at most {limit}");
    ratio <= limit
}

fn is_near_raw_check(counts: &Counts, algorithm: &str, limits: &[(&str, f64)]) -> bool {
    let raw = counts.of(&format!("{algorithm}/raw check"));
    println!("\ninstructions over those of the raw check by {algorithm}, {raw:.0}");
    let reports = limits.iter().map(|(request, limit)| {
        let ratio = counts.added(algorithm, "alone", request) / raw;
        report(request, ratio, *limit)
    });
    reports.fold(true, |all, one| all & one)
}

fn is_near_own_layer(counts: &Counts) -> bool {
    println!("\ninstructions through a layer of both issuers, over the issuer's own layer");
    let reports = EITHER_LIMITS.map(|(algorithm, request, limit)| {
        let [alone, either] =
            ["alone", "either"].map(|layer| counts.added(algorithm, layer, request));
        report(&format!("{algorithm}, {request}"), either / alone, limit)
    });
    reports.iter().all(|is_within| *is_within)
}

fn is_seen_alike(counts: &Counts) -> bool {
    let [rs256, es256] =
        ["RS256", "ES256"].map(|algorithm| counts.added(algorithm, "alone", "seen token"));
    println!("\ninstructions by ES256, {es256:.0}, over those by RS256, {rs256:.0}");
    report("seen token", es256 / rs256, SEEN_LIMIT)
}

/// Returns `true` if no refused request costs more than its kind may.
fn are_refused_cheaply(counts: &Counts) -> bool {
    println!("\ninstructions over those of a new token");
    let mut is_within = true;
    for (kind, limit) in HOSTILE_LIMITS {
        println!("{kind}, at most {limit:.2}");
        let ratios = counts.hostile(kind);
        assert!(!ratios.is_empty(), "{kind}");
        for (name, ratio) in ratios {
            println!("  {name}: {ratio:.4}");
            is_within &= ratio <= limit;
        }
    }
    is_within
}
