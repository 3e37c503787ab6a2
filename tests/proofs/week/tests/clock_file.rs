//! The wall clock of a process, which libfaketime reads from a file. The steady clock of the process stays true.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use ::week::RATE;

use crate::world::World;

/// A busy machine delays most of them.
const MOST_READINGS: usize = 50;

pub(crate) struct ClockFile {
    path: PathBuf,
    /// What was added when the process started, less the time that the world had slept by then.
    start: f64,
    pub(crate) seconds_off: i64,
}

impl ClockFile {
    /// Is written just before the process starts.
    pub(crate) fn new(path: PathBuf, world: &World) -> Self {
        let clock = Self {
            path,
            start: world.offset() - world.slept().as_secs_f64(),
            seconds_off: 0,
        };
        clock.write(world);
        clock
    }

    /// In a single step, so no process reads half of the file.
    pub(crate) fn write(&self, world: &World) {
        let offset = self.start + world.slept().as_secs_f64();
        #[allow(clippy::cast_precision_loss)] // Some minutes.
        let offset = offset + self.seconds_off as f64;
        let new = self.path.with_extension("new");
        fs::write(&new, format!("{offset:+.3} x{RATE}\n")).unwrap();
        fs::rename(new, &self.path).unwrap();
    }

    /// Corrects the clock by what it showed: when the process started is only known to some milliseconds.
    pub(crate) fn correct(&mut self, reading: &Reading, world: &World) {
        self.start += reading.behind();
        self.write(world);
    }

    /// The environment of the process.
    pub(crate) fn environment(path: &Path, preloaded_too: &str) -> Vec<(OsString, OsString)> {
        let mut preload = OsString::from(libfaketime());
        preload.push(preloaded_too);
        [
            ("LD_PRELOAD", preload),
            ("FAKETIME_TIMESTAMP_FILE", path.into()),
            ("FAKETIME_NO_CACHE", "1".into()),
            ("DONT_FAKE_MONOTONIC", "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        ]
        .map(|(name, value)| (name.into(), value))
        .into()
    }
}

/// How far a clock is behind the world, in seconds: between bounds that each reading may narrow.
pub(crate) struct Reading {
    least: f64,
    most: f64,
    count: usize,
}

impl Reading {
    pub(crate) fn new() -> Self {
        Self {
            least: f64::MIN,
            most: f64::MAX,
            count: 0,
        }
    }

    /// Adds a reading, with the times before and after it.
    pub(crate) fn add(&mut self, before: Duration, shown: Duration, after: Duration) {
        let behind = |time: Duration| time.as_secs_f64() - shown.as_secs_f64();
        self.least = self.least.max(behind(before));
        self.most = self.most.min(behind(after));
        self.count += 1;
    }

    /// Returns whether the reading is exact to half a second, or will hardly become better.
    pub(crate) fn is_close(&self) -> bool {
        self.count >= MOST_READINGS || self.count > 0 && self.most - self.least < 1.0
    }

    fn behind(&self) -> f64 {
        f64::midpoint(self.least, self.most)
    }
}

/// Removes what libfaketime keeps of a process in shared memory. A process that is killed leaves it behind, and a later
/// process with the same ID would not start.
pub(crate) fn remove_traces(process: u32) {
    for name in ["faketime_shm", "sem.faketime_sem"] {
        // There is none if the process ended by itself.
        let _ = fs::remove_file(format!("/dev/shm/{name}_{process}"));
    }
}

/// Finds it where Debian has it, on any architecture.
fn libfaketime() -> PathBuf {
    let directories = fs::read_dir("/usr/lib").unwrap().flatten();
    let library = |directory: fs::DirEntry| directory.path().join("faketime/libfaketimeMT.so.1");
    let mut libraries = directories.map(library).filter(|path| path.exists());
    libraries.next().expect("libfaketime is not installed")
}
