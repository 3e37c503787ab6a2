//! The wall clock jumps: tokens are judged by it, the age of the keys is not.

use std::{
    env,
    fs::{self, read_dir},
    path::PathBuf,
    process,
    time::{Duration, SystemTime},
};

use sequence_auth::{AuthErrorKind as Kind, KeyState};

use super::{
    HOUR, MINUTE, SECOND, assert_accepted, assert_refused,
    endpoint::{Endpoint, Mode},
};
use crate::child;

/// Where the library that lies about the time looks up by how much.
const OFFSET_FILE: &str = "FAKETIME_TIMESTAMP_FILE";

/// Runs a test of this module in a process of its own, whose wall clock can be set.
fn run_with_a_clock_that_jumps(test: &str) {
    let Some(library) = libfaketime() else {
        assert!(env::var_os("CI").is_none(), "libfaketime is not installed");
        eprintln!("skipped: libfaketime is not installed");
        return;
    };
    let offset = env::temp_dir().join(format!("{test}-{}", process::id()));
    fs::write(&offset, "+0").unwrap();
    child::run(
        &format!("keys::clock::{test}"),
        &[
            ("LD_PRELOAD", &library),
            ("DONT_FAKE_MONOTONIC", &"1"),
            ("FAKETIME_NO_CACHE", &"1"),
            (OFFSET_FILE, &offset),
        ],
    );
    fs::remove_file(offset).unwrap();
}

/// Finds it where Debian has it, on any architecture.
fn libfaketime() -> Option<PathBuf> {
    let directories = read_dir("/usr/lib").ok()?.flatten();
    let library = |directory: fs::DirEntry| directory.path().join("faketime/libfaketimeMT.so.1");
    directories.map(library).find(|path| path.exists())
}

/// Sets the wall clock so many seconds off, and sees to it that it was.
fn set_clock(seconds: i64) {
    let off = |now: SystemTime, then: SystemTime| match now.duration_since(then) {
        Ok(ahead) => i64::try_from(ahead.as_secs()).unwrap(),
        Err(behind) => -i64::try_from(behind.duration().as_secs()).unwrap(),
    };
    set_offset(0);
    let honest = SystemTime::now();
    set_offset(seconds);
    let jump = off(SystemTime::now(), honest);
    assert!((jump - seconds).abs() <= 5, "it jumped by {jump} s");
}

fn set_offset(seconds: i64) {
    // In one step, so that nobody reads half of it.
    let file = PathBuf::from(env::var_os(OFFSET_FILE).unwrap());
    let new = file.with_extension("new");
    fs::write(&new, format!("{seconds:+}")).unwrap();
    fs::rename(new, file).unwrap();
}

#[test]
fn a_jump_of_the_clock_does_not_age_the_keys() {
    run_with_a_clock_that_jumps("the_keys_stay_fresh_whatever_the_clock_says");
}

#[tokio::test]
#[ignore = "needs a clock that jumps, which the test above brings along"]
async fn the_keys_stay_fresh_whatever_the_clock_says() {
    const DAY: i64 = 24 * 3600;
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let token = endpoint.token();
    // That it is remembered, as from its second time, does not keep it alive.
    assert_accepted(&layer, &token).await;
    assert_accepted(&layer, &token).await;
    for (offset, kind) in [
        (2 * DAY, Kind::Expired),
        (-2 * DAY, Kind::IssuedInFuture),
        (400 * DAY, Kind::Expired),
        (-400 * DAY, Kind::IssuedInFuture),
    ] {
        set_clock(offset);
        assert_refused(&layer, &token, kind).await;
        assert_accepted(&layer, &endpoint.token()).await;
        let health = layer.health();
        assert_eq!(health.state(), KeyState::Fresh);
        assert!(health.age().unwrap() < MINUTE, "{health}");
        assert!(health.next_attempt_in().unwrap() <= 6 * MINUTE, "{health}");
    }
    assert_eq!(endpoint.attempts(), 1);
    set_clock(0);
    assert_accepted(&layer, &token).await;
}

#[test]
fn a_jump_of_the_clock_ages_a_token_that_is_remembered() {
    run_with_a_clock_that_jumps("ages_are_counted_on_every_request");
}

#[tokio::test]
#[ignore = "needs a clock that jumps, which the test above brings along"]
async fn ages_are_counted_on_every_request() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let young = layer.clone().max_token_age(MINUTE);
    let recent = layer.clone().max_session_age(5 * MINUTE);
    let token = endpoint.token();
    for (offset, is_too_old) in [(0, false), (9 * 60, true), (0, false)] {
        set_clock(offset);
        assert_accepted(&layer, &token).await;
        if is_too_old {
            assert_refused(&young, &token, Kind::TokenTooOld).await;
            assert_refused(&recent, &token, Kind::SessionTooOld).await;
        } else {
            assert_accepted(&young, &token).await;
            assert_accepted(&recent, &token).await;
        }
    }
}

#[test]
fn a_jump_of_the_clock_does_not_keep_old_keys_alive() {
    run_with_a_clock_that_jumps("the_keys_expire_whatever_the_clock_says");
}

#[tokio::test]
#[ignore = "needs a clock that jumps, which the test above brings along"]
async fn the_keys_expire_whatever_the_clock_says() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint
        .builder()
        .max_stale(2 * SECOND)
        .refetch_cooldown(Duration::ZERO)
        .build()
        .unwrap();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Fails);
    set_clock(-i64::try_from(HOUR.as_secs()).unwrap());
    assert_accepted(&layer, &endpoint.token()).await;
    let patience = std::time::Instant::now() + MINUTE;
    while layer.health().is_ready() {
        assert!(std::time::Instant::now() < patience, "{}", layer.health());
        tokio::time::sleep(SECOND / 100).await;
    }
    assert_eq!(layer.health().state(), KeyState::Expired);
    assert_refused(&layer, &endpoint.token(), Kind::KeysUnavailable).await;
}
