//! Every default and every limit that a user can meet, in one table.
//!
//! `DEFAULT_…` holds unless a setting says otherwise, `MIN_…` and `MAX_…` bound what a setting or a store may say, and
//! `LIMIT_…` is fixed. Sizes are in bytes, where the name has no other unit.

use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

// Tokens.
/// The issuer's tokens have 700 to 1,200; custom claims may add some.
pub(crate) const LIMIT_TOKEN_BYTES: usize = 8 * 1024;
/// Of the header alone, encoded. The issuer's headers have 83 characters.
pub(crate) const LIMIT_HEADER_BYTES: usize = 1024;
pub(crate) const LIMIT_KEY_ID_BYTES: usize = 128;
/// RFC 5321 §4.5.3.1: 64 before the `@`, and 255 after it.
pub(crate) const LIMIT_EMAIL_BYTES: usize = 320;
/// OpenID Connect Core 1.0 §2.
pub(crate) const LIMIT_SUBJECT_BYTES: usize = 255;
pub(crate) const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
pub(crate) const MAX_LEEWAY: Duration = Duration::from_secs(300);
pub(crate) const DEFAULT_TOKEN_LIFETIME: Duration = DAY;
pub(crate) const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(100 * 365 * DAY.as_secs());
/// In tokens. A player has one in ten minutes: enough for most instances, in 12 MiB when the cache is full.
pub(crate) const DEFAULT_TOKEN_CACHE: usize = 4096;
pub(crate) const MAX_TOKEN_CACHE: usize = 10_000_000;

// Request bodies.
pub(crate) const DEFAULT_BODY_LIMIT: usize = 64 * 1024;
pub(crate) const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(5);

// Keys.
pub(crate) const DEFAULT_REFRESH_INTERVAL: Duration = Duration::from_secs(300);
pub(crate) const MIN_REFRESH_INTERVAL: Duration = Duration::from_millis(10);
pub(crate) const DEFAULT_REFETCH_COOLDOWN: Duration = Duration::from_secs(30);
/// Where keys are fetched over HTTP from elsewhere than loopback.
#[cfg(feature = "http")]
pub(crate) const MIN_HTTP_REFETCH_COOLDOWN: Duration = Duration::from_secs(1);
pub(crate) const DEFAULT_FETCH_TIMEOUT: Duration = Duration::from_secs(5);
#[cfg(feature = "http")]
pub(crate) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
pub(crate) const DEFAULT_MAX_STALE: Duration = DAY;
pub(crate) const DEFAULT_FIRST_KEYS_TIMEOUT: Duration = Duration::from_secs(2);
/// In requests.
pub(crate) const DEFAULT_MAX_WAITING: usize = 1024;
/// Of `max_stale` and of `first_keys_timeout`.
pub(crate) const MAX_KEY_DURATION: Duration = Duration::from_secs(365 * DAY.as_secs());
/// Of a fetched document, in bytes.
pub(crate) const LIMIT_KEY_DOCUMENT_BYTES: usize = 256 * 1024;
/// Of a document, in keys. The issuer publishes one.
pub(crate) const LIMIT_KEYS: usize = 128;
/// How long a request waits for a refetch because its token names an unknown key.
pub(crate) const LIMIT_NAMED_KEY_WAIT: Duration = Duration::from_secs(2);
/// How many requests wait for that at a time.
pub(crate) const LIMIT_NAMED_KEY_WAITING: usize = 64;
/// How long requests wait through attempts that fail, from the first attempt without trustworthy keys: a name that
/// cannot be looked up yet, while a machine starts, refuses nobody.
pub(crate) const LIMIT_FIRST_KEYS_GRACE: Duration = Duration::from_secs(10);

// The application's data.
pub(crate) const DEFAULT_LOAD_TIMEOUT: Duration = Duration::from_secs(5);

// Nonces.
pub(crate) const DEFAULT_NONCE_LIFETIME: Duration = Duration::from_secs(300);
pub(crate) const MIN_NONCE_LIFETIME: Duration = Duration::from_millis(1);
pub(crate) const MAX_NONCE_LIFETIME: Duration = DAY;
pub(crate) const MIN_NONCE_KEY_BYTES: usize = 32;
/// Of the value that a nonce is bound to.
pub(crate) const LIMIT_BINDING_BYTES: usize = 1024;
pub(crate) const DEFAULT_LOGIN_COOKIE_PREFIX: &str = "__Host-login-";
/// How many nonces of one browser have a cookie at a time. Browsers keep 50 cookies of a host at least
/// (RFC 6265 §6.1), and servers read 8 KiB of headers at least.
pub(crate) const LIMIT_LOGIN_COOKIES: usize = 8;
/// How many such cookies one answer removes: proxies take 4 KiB of an answer's headers.
pub(crate) const LIMIT_REMOVED_LOGIN_COOKIES: usize = 16;
/// Of all cookies of a request: more than most sites set, and little enough to look through for each token.
pub(crate) const LIMIT_COOKIE_BYTES: usize = 16 * 1024;

// Stores of what is used once.
/// How far the clocks of the instances and of the store may differ before something could be used twice. As much as
/// the largest leeway.
pub(crate) const LIMIT_CLOCK_DIFFERENCE: Duration = MAX_LEEWAY;
/// Of the time after which a client may retry that was refused because of the store.
pub(crate) const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);
pub(crate) const MAX_RETRY_AFTER: Duration = DAY;
/// In uses.
pub(crate) const DEFAULT_MEMORY_CAPACITY: usize = 100_000;
/// By default one wallet gets the capacity divided by this, and at least so many uses.
pub(crate) const DEFAULT_WALLETS: usize = 100;
pub(crate) const DEFAULT_MIN_PER_WALLET: usize = 100;
#[cfg(feature = "redis")]
pub(crate) const DEFAULT_REDIS_TIMEOUT: Duration = Duration::from_secs(1);
#[cfg(feature = "redis")]
pub(crate) const DEFAULT_REDIS_CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
#[cfg(feature = "redis")]
pub(crate) const DEFAULT_REDIS_CLOCK_TOLERANCE: Duration = Duration::from_secs(2);
#[cfg(feature = "redis")]
pub(crate) const DEFAULT_REDIS_PREFIX: &str = "sequence-auth";
