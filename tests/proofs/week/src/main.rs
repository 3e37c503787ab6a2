//! One of the instances of an application, as a program: routes behind the layer, with nonces in Redis behind Sentinel.

use std::{env, error::Error, fs, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::HeaderValue,
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use redis::sentinel::{SentinelClient, SentinelServerType};
use sequence_auth::{
    AuthError, NonceKey, Nonces, RedisStore, SequenceAuthLayer, SequenceAuthLayerBuilder,
    SequenceClaims,
};
use serving::{Termination, listen, serve};
use tokio::{runtime::Handle, sync::Mutex, sync::watch};
use week::{STORE_TIMEOUT, scaled};

fn main() -> ExitCode {
    serving::run(run())
}

async fn run() -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let (running, ends) = watch::channel(());
    termination.drop_when_requested(running);
    let address: SocketAddr = env::var("LISTEN")?.parse()?;
    let auth = auth()?;
    let store = Arc::new(store(&env::var("SENTINEL")?)?);
    let nonces = Nonces::builder(env::var("NONCE_KEY")?.parse::<NonceKey>()?)
        .store(Arc::clone(&store))
        .build()?;
    let router = router(auth.clone(), nonces, store);
    let listener = listen(address, "LISTEN").await?;
    serve(listener, router, ends).await;
    auth.shutdown().await;
    Ok(())
}

/// Trusts both issuers, with the defaults of the crate. Intervals of the steady clock are scaled.
fn auth() -> Result<SequenceAuthLayer, Box<dyn Error>> {
    let at_scale = |builder: SequenceAuthLayerBuilder| {
        builder
            .refresh_interval(scaled(Duration::from_secs(300)))
            .refetch_cooldown(scaled(Duration::from_secs(30)))
    };
    let embedded = SequenceAuthLayer::builder(13639)
        .issuer("https://waas.sequence.test")
        .audience_prefix("https://sequence.test/project/")
        .jwks_url(env::var("EMBEDDED_KEYS")?);
    let oms = SequenceAuthLayer::oms_wallet("prj_01", "https://oms.sequence.test")
        .jwks_url(env::var("OMS_KEYS")?);
    Ok(at_scale(embedded).build()?.or(at_scale(oms).build()?)?)
}

/// Asks the Sentinel for the primary, as the guide shows.
fn store(sentinel: &str) -> redis::RedisResult<RedisStore> {
    let sentinels = vec![format!("redis://{sentinel}")];
    let name = "primary".to_owned();
    let client = SentinelClient::build(sentinels, name, None, SentinelServerType::Master)?;
    let client = Arc::new(Mutex::new(client));
    let store = RedisStore::from_client_fn(move || {
        let client = Arc::clone(&client);
        async move { client.lock().await.async_get_client().await }
    });
    Ok(store.timeout(STORE_TIMEOUT))
}

fn router(auth: SequenceAuthLayer, nonces: Nonces, store: Arc<RedisStore>) -> Router {
    let once = auth.clone().once(store);
    let login = auth.clone().with_nonces(nonces.clone());
    Router::new()
        .route("/me", get(me).post(me).layer(auth.clone()))
        .route("/open", get(open).layer(auth.clone().optional()))
        .route("/login", post(me).layer(login))
        .route("/once", post(me).layer(once))
        .route("/nonce", get(async move || nonces.issue()))
        .route("/clock", get(clock))
        .route("/state", get(state).with_state(auth))
        .layer(map_response(named))
}

async fn me(claims: SequenceClaims) -> String {
    claims.wallet().to_string()
}

async fn open(claims: Option<SequenceClaims>) -> String {
    claims.map_or_else(
        || "anonymous".to_owned(),
        |claims| claims.wallet().to_string(),
    )
}

/// This process's wall clock, in milliseconds.
async fn clock() -> String {
    std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |time| time.as_millis())
        .to_string()
}

/// Resident memory in KiB, tasks, and whether the keys are there.
async fn state(State(auth): State<SequenceAuthLayer>) -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.and_then(|line| line.trim().strip_suffix(" kB"));
    let tasks = Handle::current().metrics().num_alive_tasks();
    format!("{} {tasks} {}", resident.unwrap_or("0"), auth.health())
}

/// Adds which instance answered, and why it refused.
async fn named(mut response: Response) -> Response {
    let kind = response
        .extensions()
        .get::<AuthError>()
        .map(|error| error.kind().as_str());
    let name = env::var("NAME")
        .ok()
        .and_then(|name| HeaderValue::try_from(name).ok());
    let headers = response.headers_mut();
    if let Some(name) = name {
        headers.insert("x-instance", name);
    }
    if let Some(kind) = kind {
        headers.insert("x-refusal", HeaderValue::from_static(kind));
    }
    response
}
