//! The wall clock jumps, and tokens are judged by it. Keys are fetched if it moved further than `max_stale`, as it does
//! while a machine sleeps.

use std::{
    env,
    fs::{self, read_dir},
    path::PathBuf,
    process,
    time::{Duration, SystemTime},
};

use sequence_auth::{AuthErrorKind as Kind, KeyState};
use test_support::{
    ISSUER, child,
    key_endpoint::{Endpoint, Mode},
    layer,
    recorder::Recorder,
};

use super::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable};

/// The file from which libfaketime reads the offset of the clock.
const OFFSET_FILE: &str = "FAKETIME_TIMESTAMP_FILE";

/// Runs a test of this module in a process of its own, whose wall clock can be set.
fn run_with_a_clock_that_jumps(test: &str) {
    run_in("clock", test);
}

/// The same for a test of any module.
pub(crate) fn run_in(module: &str, test: &str) {
    let library = libfaketime().expect("libfaketime is not installed");
    let offset = env::temp_dir().join(format!("{test}-{}", process::id()));
    fs::write(&offset, "+0").unwrap();
    child::run(
        &format!("{module}::{test}"),
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

/// Sets the wall clock this many seconds off, and asserts that it changed.
pub(crate) fn set_clock(seconds: i64) {
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
    // In a single step, so no process reads half of the file.
    let file = PathBuf::from(env::var_os(OFFSET_FILE).unwrap());
    let new = file.with_extension("new");
    fs::write(&new, format!("{seconds:+}")).unwrap();
    fs::rename(new, file).unwrap();
}

const DAY: i64 = 24 * 3600;

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn a_jump_of_the_clock_refuses_nobody_while_the_issuer_answers() {
    run_with_a_clock_that_jumps("the_keys_are_fetched_whatever_the_clock_says");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn the_keys_are_fetched_whatever_the_clock_says() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let token = endpoint.token();
    // The cache, which has the token since its second use, does not extend its life.
    assert_accepted(&layer, &token).await;
    assert_accepted(&layer, &token).await;
    for (offset, kind, attempts) in [
        (DAY - 60, Kind::Expired, 1),
        (2 * DAY, Kind::Expired, 2),
        (-2 * DAY, Kind::IssuedInFuture, 2),
        (400 * DAY, Kind::Expired, 3),
        (-400 * DAY, Kind::IssuedInFuture, 3),
    ] {
        set_clock(offset);
        assert_refused(&layer, &token, kind).await;
        assert_accepted(&layer, &endpoint.token()).await;
        let health = layer.health();
        assert_eq!(health.state(), KeyState::Fresh);
        assert!(health.age().unwrap() < MINUTE, "{health}");
        assert!(health.next_attempt_in().unwrap() <= 6 * MINUTE, "{health}");
        assert_eq!(endpoint.attempts(), attempts);
    }
    set_clock(0);
    assert_accepted(&layer, &token).await;
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn after_a_sleep_requests_wait_for_new_keys() {
    run_with_a_clock_that_jumps("requests_wait_while_the_keys_are_fetched_anew");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn requests_wait_while_the_keys_are_fetched_anew() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Slow(SECOND / 10));
    set_clock(DAY + 60);
    // The old keys are gone, and their tokens are refused.
    endpoint.issuer.rotate();
    let requests: Vec<_> = (0..100)
        .map(|_| {
            let (layer, token) = (layer.clone(), endpoint.token());
            tokio::spawn(async move { assert_accepted(&layer, &token).await })
        })
        .collect();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(endpoint.attempts(), 2);
    // Without requests, a call of `health` wakes the task.
    set_clock(2 * DAY + 120);
    let patience = std::time::Instant::now() + MINUTE;
    assert_eq!(layer.health().state(), KeyState::Expired);
    assert!(layer.health().age().unwrap() > 24 * HOUR);
    while !layer.health().is_ready() {
        assert!(std::time::Instant::now() < patience, "{}", layer.health());
        tokio::time::sleep(SECOND / 100).await;
    }
    assert_eq!(endpoint.attempts(), 3);
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn what_came_before_a_sleep_is_old_after_it() {
    run_with_a_clock_that_jumps("a_document_that_is_under_way_grows_old_in_a_sleep");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn a_document_that_is_under_way_grows_old_in_a_sleep() {
    let endpoint = Endpoint::new(Mode::Late(7 * SECOND / 10));
    let layer = endpoint.layer();
    let _ = layer.health();
    while endpoint.under_way() == 0 {
        tokio::task::yield_now().await;
    }
    set_clock(DAY + 60);
    endpoint.set(Mode::Good);
    endpoint.issuer.rotate();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 2);
    // It was not the unknown key that brought this about.
    endpoint.issuer.rotate();
    assert_accepted(&layer, &endpoint.token()).await;
    endpoint.issuer.rotate();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 4);
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn keys_that_were_slept_over_are_not_trusted_while_the_issuer_is_down() {
    run_with_a_clock_that_jumps("old_keys_let_nobody_in_unless_the_clock_was_wrong");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn old_keys_let_nobody_in_unless_the_clock_was_wrong() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Fails);
    set_clock(DAY + 60);
    assert_unavailable(&layer, &endpoint.token()).await;
    assert_eq!(layer.health().state(), KeyState::Expired);
    assert!(endpoint.attempts() > 1);
    set_clock(0);
    assert_accepted(&layer, &endpoint.token()).await;
    assert!(layer.health().is_ready());
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn a_jump_of_the_clock_ages_a_token_that_is_remembered() {
    run_with_a_clock_that_jumps("ages_are_counted_on_every_request");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
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
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn a_token_that_was_accepted_and_has_expired_is_no_mistake_of_configuration() {
    run_with_a_clock_that_jumps("nobody_is_warned_of_a_token_that_was_accepted");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn nobody_is_warned_of_a_token_that_was_accepted() {
    let layer = layer();
    let token = ISSUER.token().mint();
    let (recorder, _guard) = Recorder::start();
    // The token is cached at its second use.
    for _ in 0..2 {
        assert_accepted(&layer, &token).await;
    }
    set_clock(11 * 60);
    assert_refused(&layer, &token, Kind::Expired).await;
    assert_eq!(recorder.take_told(), [""; 0]);
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn a_jump_of_the_clock_does_not_keep_old_keys_alive() {
    run_with_a_clock_that_jumps("the_keys_expire_whatever_the_clock_says");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
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
