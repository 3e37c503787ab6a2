//! The printed table, and the figures for the chart.

use std::fmt;

use serde::{Deserialize, Serialize};

/// All figures of one run.
#[derive(Debug, Deserialize, Serialize)]
pub struct Report {
    /// The time for one raw check.
    pub raw_micros: f64,
    pub rounds: usize,
    pub contenders: Vec<Figures>,
}

/// What one contender adds to the service without it; times as parts of the raw check.
#[derive(Debug, Deserialize, Serialize)]
pub struct Figures {
    pub name: String,
    pub new: f64,
    pub seen: f64,
    pub bad_signature: f64,
    pub no_token: f64,
    pub allocations: Allocations,
    pub scaling: Scaling,
}

/// Allocations for one request.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Allocations {
    pub new: i64,
    pub seen: i64,
}

/// The requests that two threads answer, over those of a single thread.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Scaling {
    pub new: f64,
    /// Each user sends a token of their own, again and again.
    pub seen: f64,
    /// All send the same token.
    pub same: f64,
}

/// A Markdown table.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| | new token | seen token | bad signature | no token | allocations, new / seen | two threads over one: new / seen / same token |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|")?;
        for figures in &self.contenders {
            writeln!(f, "{figures}")?;
        }
        writeln!(f)?;
        writeln!(
            f,
            "Times are what each adds to the service without it, as parts of one raw signature check ({:.1} µs \
             here); medians of {} rounds.",
            self.raw_micros, self.rounds
        )
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Allocations { new, seen } = self.allocations;
        let scaling = self.scaling;
        write!(f, "| {} ", self.name)?;
        for ratio in [self.new, self.seen, self.bad_signature, self.no_token] {
            write!(f, "| {} ", Ratio(ratio))?;
        }
        write!(f, "| {new} / {seen} ")?;
        write!(
            f,
            "| {:.2} / {:.2} / {:.2} |",
            scaling.new, scaling.seen, scaling.same
        )
    }
}

/// Two significant digits, for large and small numbers.
#[derive(Clone, Copy, Debug)]
pub struct Ratio(pub f64);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ratio if ratio >= 0.1 => write!(f, "{ratio:.2}"),
            ratio if ratio >= 0.01 => write!(f, "{ratio:.3}"),
            ratio => write!(f, "{ratio:.4}"),
        }
    }
}
