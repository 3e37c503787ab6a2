//! An endpoint for keys that behaves as the test says.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use sequence_auth::{
    FetchError, SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer,
};
use tokio::time::{Instant, sleep};

use crate::PROJECT;

/// The project of an endpoint of OMS Wallet.
pub const OMS_PROJECT: &str = "prj_01";

/// How the endpoint answers.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Good,
    /// Good, after some time.
    Slow(Duration),
    /// What was good when the attempt started, after some time.
    Late(Duration),
    Says(&'static str),
    Fails,
    Panics,
    Hangs,
}

/// Records every attempt, and how many are running.
#[derive(Clone)]
pub struct Endpoint {
    pub issuer: LocalIssuer,
    /// Makes a builder for the issuer's kind and URL.
    builder: fn(&str) -> SequenceAuthLayerBuilder,
    mode: Arc<Mutex<Mode>>,
    starts: Arc<Mutex<Vec<Instant>>>,
    under_way: Arc<AtomicUsize>,
}

impl Endpoint {
    /// An endpoint of Embedded Wallet with a key of its own.
    pub fn new(mode: Mode) -> Self {
        Self::of_embedded_wallet(LocalIssuer::new(), mode)
    }

    pub fn of_embedded_wallet(issuer: LocalIssuer, mode: Mode) -> Self {
        Self::of(issuer, mode, |url| {
            SequenceAuthLayer::builder(PROJECT)
                .issuer(url)
                .audience_prefix("https://sequence.test/project/")
        })
    }

    pub fn of_oms_wallet(issuer: LocalIssuer, mode: Mode) -> Self {
        Self::of(issuer, mode, |url| {
            SequenceAuthLayer::oms_wallet(OMS_PROJECT, url)
        })
    }

    fn of(issuer: LocalIssuer, mode: Mode, builder: fn(&str) -> SequenceAuthLayerBuilder) -> Self {
        Self {
            issuer,
            builder,
            mode: Arc::new(Mutex::new(mode)),
            starts: Arc::default(),
            under_way: Arc::default(),
        }
    }

    pub fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    /// How many attempts there were.
    pub fn attempts(&self) -> usize {
        self.starts.lock().unwrap().len()
    }

    /// When each attempt started.
    pub fn starts(&self) -> Vec<Instant> {
        self.starts.lock().unwrap().clone()
    }

    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// The defaults of the crate, with this endpoint instead of HTTPS.
    pub fn builder(&self) -> SequenceAuthLayerBuilder {
        let endpoint = self.clone();
        (self.builder)(self.issuer.url()).key_fetcher(move || {
            let endpoint = endpoint.clone();
            async move { endpoint.answer().await }
        })
    }

    pub fn layer(&self) -> SequenceAuthLayer {
        self.builder().build().unwrap()
    }

    pub fn token(&self) -> String {
        self.issuer.token().mint()
    }

    /// A token that names a key which does not exist.
    pub fn forged(&self, key_id: impl Into<String>) -> String {
        self.issuer.token().header("kid", key_id.into()).mint()
    }

    /// Panics if tokens caused more attempts than they may: two in any cool-down of 30 seconds, which does not
    /// include its end, and one in each in the long run. All attempts from that one on count as caused by them.
    pub fn assert_tokens_cause_few(&self, from: usize) {
        let starts = self.starts().split_off(from);
        for (first, start) in starts.iter().enumerate() {
            for (number, later) in (1..).zip(&starts[first + 1..]) {
                let cool_downs = number - 1;
                assert!(
                    *later - *start >= cool_downs * Duration::from_secs(30),
                    "{starts:?}"
                );
            }
        }
    }

    async fn answer(&self) -> Result<Bytes, FetchError> {
        self.starts.lock().unwrap().push(Instant::now());
        let _under_way = UnderWay::count(&self.under_way);
        match self.mode() {
            Mode::Good => Ok(self.issuer.jwks().into()),
            Mode::Slow(pause) => {
                sleep(pause).await;
                Ok(self.issuer.jwks().into())
            }
            Mode::Late(pause) => {
                let document = self.issuer.jwks();
                sleep(pause).await;
                Ok(document.into())
            }
            Mode::Says(document) => Ok(document.into()),
            Mode::Fails => Err(FetchError::new("the endpoint fails")),
            Mode::Panics => panic!("the endpoint panics"),
            Mode::Hangs => pending().await,
        }
    }
}

/// Counts an attempt until it ends or is given up.
struct UnderWay(Arc<AtomicUsize>);

impl UnderWay {
    fn count(number: &Arc<AtomicUsize>) -> Self {
        number.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(number))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
