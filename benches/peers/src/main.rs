//! Compares this crate with other libraries for the same job. `cargo run --release` prints a table, and `../README.md`
//! explains it.

mod scaling;
mod turns;

use std::{
    collections::HashMap,
    env,
    error::Error,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use clap::{Parser, ValueEnum as _};
use peers::{Allocations, Contender, Crypto, Figures, Report, Scaling, Stage};
use tokio::runtime::Runtime;

use crate::turns::Turns;

#[derive(Parser)]
struct Options {
    /// Writes the figures to this file too, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// The RSA of the libraries that let their user choose.
    #[arg(long, value_enum, default_value_t = Crypto::AwsLc)]
    crypto: Crypto,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let allocations = allocations(options.crypto)?;
    let runtime = Runtime::new()?;
    let stage = runtime.block_on(Stage::start())?;
    let contenders = runtime.block_on(Contender::all(&stage, options.crypto));
    let turns = runtime.block_on(turns::take(&stage, &contenders));
    let scaling = scaling::measure(&stage, &contenders);
    let report = report(&contenders, turns, scaling, &allocations);
    print!("{report}");
    if let Some(file) = options.json {
        fs::write(file, serde_json::to_string_pretty(&report)? + "\n")?;
    }
    Ok(())
}

fn report(
    contenders: &[Contender],
    turns: Turns,
    scaling: Vec<Scaling>,
    allocations: &HashMap<String, Allocations>,
) -> Report {
    let figures = contenders.iter().zip(turns.medians).zip(scaling).map(
        |((contender, [new, seen, bad_signature, no_token]), scaling)| Figures {
            name: contender.name.clone(),
            new,
            seen,
            bad_signature,
            no_token,
            allocations: allocations[&contender.name],
            scaling,
        },
    );
    Report {
        raw_micros: turns.raw.as_secs_f64() * 1e6,
        rounds: turns::ROUNDS,
        contenders: figures.collect(),
    }
}

/// Counts them in another process: the allocator that counts makes each allocation slower.
fn allocations(crypto: Crypto) -> Result<HashMap<String, Allocations>, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").ok_or("start this with `cargo run --release`")?;
    let crypto = crypto.to_possible_value().ok_or("it has a name")?;
    let output = Command::new(cargo)
        .args([
            "run",
            "--release",
            "--quiet",
            "--locked",
            "--bin",
            "allocations",
            "--",
        ])
        .arg(crypto.get_name())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the allocations were not counted".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
