//! The nonces: their key, and the store of their uses.

use std::{env, error::Error, sync::Arc, time::Duration};

use sequence_auth::{ConfigError, NonceKey, Nonces, RedisStore};
use tracing::warn;

use super::options::Options;

/// How long a player may take to sign in at the issuer.
const LIFETIME: Duration = Duration::from_secs(300);

pub(crate) fn nonces(options: &Options) -> Result<Nonces, Box<dyn Error>> {
    let builder = Nonces::builder(key()?)
        .lifetime(LIFETIME)
        .bound_by_login_cookies(options.cookies().login_cookies());
    let nonces = match &options.redis {
        Some(url) => builder.store(redis(url)?).build()?,
        None => builder.build()?,
    };
    Ok(nonces)
}

/// From the environment, because other users of the machine can read a command line.
fn key() -> Result<NonceKey, Box<dyn Error>> {
    match env::var("NONCE_KEY") {
        Ok(key) => Ok(key.parse()?),
        Err(env::VarError::NotPresent) => {
            warn!("NONCE_KEY is not set: no other instance accepts the nonces of this one");
            Ok(NonceKey::random())
        }
        Err(env::VarError::NotUnicode(_)) => Err("NONCE_KEY is not base64".into()),
    }
}

/// Connects in the background. The server also starts without Redis, and responds to logins with 503.
fn redis(url: &str) -> Result<Arc<RedisStore>, ConfigError> {
    let store = Arc::new(RedisStore::new(url)?);
    let connecting = Arc::clone(&store);
    tokio::spawn(async move {
        if let Err(error) = connecting.ready().await {
            warn!("no Redis yet at {connecting:?}, logins are answered with 503: {error:?}");
        }
    });
    Ok(store)
}
