//! The memory of nonces: issuing takes none, made-up nonces take none, and used nonces take little.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::{
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{Empty, Full};
use peak_alloc::PeakAlloc;
use sequence_auth::{
    MemoryStore, NonceKey, Nonces, OneTimeKey, OneTimeStore, RequestBody, SequenceAuthLayer,
    testing::LocalIssuer,
};
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The allocator counts for the whole process, so only one test may measure at a time.
static ALONE: Mutex<()> = Mutex::new(());

const KIB: usize = 1024;

fn measure(test: impl Future<Output = ()>) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(test);
}

async fn send(layer: &SequenceAuthLayer, token: &str) -> StatusCode {
    let request = Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(Empty::<Bytes>::new())
        .unwrap();
    let service = layer.layer(service_fn(async |_: Request<RequestBody<Empty<Bytes>>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    service.oneshot(request).await.unwrap().status()
}

#[test]
fn a_flood_of_nonces_and_of_made_up_ones_takes_no_memory_and_real_users_still_log_in() {
    measure(async {
        let issuer = LocalIssuer::new();
        let nonces = Nonces::builder(NonceKey::random()).store(MemoryStore::new(1));
        let nonces = nonces.build().unwrap();
        let login = issuer.layer(13639).with_nonces(nonces.clone());
        let good = issuer.token().nonce(&nonces.issue()).mint();
        let stranger = Nonces::new(NonceKey::random());
        let made_up = issuer.token().nonce(&stranger.issue()).mint();
        // From its second use on, the token is cached.
        for _ in 0..2 {
            assert_eq!(send(&login, &made_up).await, StatusCode::UNAUTHORIZED);
        }
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        for _ in 0..2_000 {
            let _ = nonces.issue();
            let _ = nonces.issue_for("browser");
            assert_eq!(send(&login, &made_up).await, StatusCode::UNAUTHORIZED);
        }
        let (after, peak) = (MEMORY.current_usage(), MEMORY.peak_usage());
        println!("{before} bytes before, {after} after, {peak} at most");
        assert!(after <= before + KIB, "{before} before, {after} after");
        assert!(peak <= before + 64 * KIB, "{before} before, {peak} at most");
        assert_eq!(send(&login, &good).await, StatusCode::OK);
    });
}

/// The memory of a store that is full.
struct Filled {
    uses: usize,
    bytes: usize,
    /// While the store grew.
    most: usize,
}

async fn fill(store: MemoryStore) -> Filled {
    let (before, now) = (
        MEMORY.current_usage(),
        SystemTime::now() + Duration::from_secs(1),
    );
    MEMORY.reset_peak_usage();
    let mut uses: usize = 0;
    loop {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&uses.to_be_bytes());
        // Each by another account, which takes the most.
        let owner = uses.to_be_bytes().repeat(2).try_into().unwrap();
        let key = OneTimeKey::new(digest, now).with_owner(owner);
        match store.first_use(&key, now + Duration::from_secs(600)).await {
            Ok(is_first) => assert!(is_first),
            Err(_) => break,
        }
        uses += 1;
    }
    let (bytes, most) = (
        MEMORY.current_usage() - before,
        MEMORY.peak_usage() - before,
    );
    println!("{uses} uses take {bytes} bytes, and {most} at most");
    Filled { uses, bytes, most }
}

#[test]
fn a_use_takes_up_to_300_bytes_and_a_quarter_more_while_the_store_grows() {
    measure(async {
        // The tables of the store have just grown, so they are as empty as they can be.
        let Filled { uses, bytes, most } = fill(MemoryStore::new(65_537)).await;
        assert_eq!(uses, 65_537);
        assert!(bytes <= 300 * uses, "{bytes} bytes");
        assert!(most <= 375 * uses, "{most} bytes at most");
    });
}

#[test]
fn the_default_store_takes_up_to_20_megabytes_and_a_quarter_more_while_it_grows() {
    measure(async {
        let Filled { uses, bytes, most } = fill(MemoryStore::default()).await;
        assert_eq!(uses, 100_000);
        assert!(bytes <= 20_000_000, "{bytes} bytes");
        assert!(most <= 25_000_000, "{most} bytes at most");
    });
}
