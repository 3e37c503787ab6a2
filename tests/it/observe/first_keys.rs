//! If keys never arrive, an error is logged, not only warnings.

use sequence_auth::AuthErrorKind as Kind;
use tokio::time::sleep;

use crate::{
    jwks::{HOUR, MINUTE, SECOND},
    key_endpoint::{Endpoint, Mode},
    recorder::Recorder,
    support::{bearer, send},
};

fn errors(told: Vec<String>) -> Vec<String> {
    let errors = told.into_iter().filter(|line| line.starts_with("ERROR"));
    errors.collect()
}

#[tokio::test(start_paused = true)]
async fn first_keys_that_are_missing_after_ten_seconds_are_one_error() {
    for (mode, cause) in [
        (Mode::Fails, "the key fetcher failed: the endpoint fails"),
        (Mode::Says("{}"), "the key document is not usable"),
        (Mode::Hangs, "the issuer did not answer in time"),
    ] {
        let endpoint = Endpoint::new(mode);
        let layer = endpoint.layer();
        let (recorder, _guard) = Recorder::start();
        let _ = layer.health();
        sleep(10 * SECOND - SECOND / 2).await;
        assert_eq!(errors(recorder.take_told()), [""; 0]);
        sleep(SECOND).await;
        let told = errors(recorder.take_told());
        assert_eq!(told.len(), 1, "{told:?}");
        let expected = "ERROR there are still no keys: tokens are answered with 503";
        assert!(told[0].starts_with(expected), "{told:?}");
        assert!(told[0].contains(cause), "{told:?}");
        let answer = send(&layer, bearer(&endpoint.token())).await;
        answer.assert_refused(Kind::KeysUnavailable);
        sleep(HOUR).await;
        assert_eq!(errors(recorder.take_told()), [""; 0], "again");
        endpoint.set(Mode::Good);
        sleep(MINUTE).await;
        let told = recorder.take_told();
        let last = told.last().unwrap();
        assert!(
            last.starts_with("INFO the first keys are loaded"),
            "{told:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn first_keys_that_come_late_are_no_error() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let (recorder, _guard) = Recorder::start();
    let _ = layer.health();
    sleep(8 * SECOND).await;
    endpoint.set(Mode::Good);
    sleep(HOUR).await;
    assert_eq!(errors(recorder.take_told()), [""; 0]);
}
