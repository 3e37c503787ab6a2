//! How much memory the process holds, on Linux.

use std::{fmt, fs};

/// What an allocator may make of the same load from one moment to the next.
const SLACK_KIB: u64 = 16 * 1024;

/// Compares the first samples with all others.
#[derive(Default)]
pub(crate) struct Memory {
    samples_kib: Vec<u64>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn sample(&mut self) {
        self.samples_kib.extend(resident_kib());
    }

    /// How much was held once everything had happened a few times, and the most ever.
    fn early_and_peak(&self) -> Option<(u64, u64)> {
        let early = self.samples_kib.len().div_ceil(5);
        let early = self.samples_kib.get(..early)?.iter().max()?;
        Some((*early, *self.samples_kib.iter().max()?))
    }

    pub(crate) fn assert_flat(&self) {
        if let Some((early, peak)) = self.early_and_peak() {
            assert!(peak <= early + SLACK_KIB, "{self}");
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.early_and_peak() {
            Some((early, peak)) => {
                write!(
                    f,
                    "{early} KiB held after a fifth of the time, {peak} KiB at most"
                )
            }
            None => f.write_str("memory is not measured on this system"),
        }
    }
}

fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    resident.trim().strip_suffix(" kB")?.parse().ok()
}
