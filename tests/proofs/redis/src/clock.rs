//! The clock of a Redis, which can be wrong and can be set.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use crate::server::{NOTHING, RedisServer, until};

/// A file in the server's directory with the offset of its clock.
const OFFSET: &str = "clock";

impl RedisServer {
    /// Starts a server whose clock is off by so many seconds. Tests that call it need libfaketime.
    pub fn start_with_clock(seconds: i64) -> Self {
        Self::start_prepared(&NOTHING, |directory| {
            write_offset(directory, seconds);
            environment(directory)
        })
    }

    /// Sets the server's clock so many seconds off the true time.
    pub fn set_clock(&self, seconds: i64) {
        write_offset(self.directory(), seconds);
        until("the clock is set", || {
            let [time, _] = self.command::<[i64; 2]>("TIME");
            let true_time = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
            (time - i64::try_from(true_time).unwrap() - seconds).abs() <= 1
        });
    }
}

/// In a single step, so no process reads half of the file.
fn write_offset(directory: &Path, seconds: i64) {
    let new = directory.join("clock.new");
    fs::write(&new, format!("{seconds:+}\n")).unwrap();
    fs::rename(new, directory.join(OFFSET)).unwrap();
}

/// The server's own allocator reads the time while libfaketime allocates. The allocator of the C library does not.
fn environment(directory: &Path) -> Vec<(OsString, OsString)> {
    let mut preload = OsString::from(libfaketime());
    preload.push(" libc.so.6");
    [
        ("LD_PRELOAD", preload),
        ("FAKETIME_TIMESTAMP_FILE", directory.join(OFFSET).into()),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("DONT_FAKE_MONOTONIC", "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
    ]
    .map(|(name, value)| (name.into(), value))
    .into()
}

/// Finds it where Debian has it, on any architecture.
fn libfaketime() -> PathBuf {
    let directories = fs::read_dir("/usr/lib").unwrap().flatten();
    let library = |directory: fs::DirEntry| directory.path().join("faketime/libfaketimeMT.so.1");
    let mut libraries = directories.map(library).filter(|path| path.exists());
    libraries.next().expect("libfaketime is not installed")
}
