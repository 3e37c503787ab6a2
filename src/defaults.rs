//! The defaults, and the limits of what comes from outside, in one table. Limits of a single algorithm stand beside it:
//! the sizes of RSA keys, the pace of retries, and how often and how much is logged. `guide::limits` has all of them.
//!
//! `DEFAULT_…` is the value without a setting, `MIN_…` and `MAX_…` are the bounds of a setting or of a store's value,
//! and `LIMIT_…` is fixed. Sizes are in bytes unless the name has another unit.

use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

// Tokens.
/// The tokens of Embedded Wallet have 700 to 1,200 bytes. Custom claims of OMS Wallet may add to that.
pub(crate) const LIMIT_TOKEN_BYTES: usize = 8 * 1024;
/// Of the encoded header. The headers of Embedded Wallet have 83 characters.
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
/// In tokens. A player uses about one token in ten minutes, so this is enough for most instances. A full cache takes
/// 12 MiB.
pub(crate) const DEFAULT_TOKEN_CACHE: usize = 4096;
pub(crate) const MAX_TOKEN_CACHE: usize = 10_000_000;

// Request bodies.
pub(crate) const DEFAULT_BODY_LIMIT: usize = 64 * 1024;
pub(crate) const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(5);

// Keys.
pub(crate) const DEFAULT_REFRESH_INTERVAL: Duration = Duration::from_secs(300);
pub(crate) const MIN_REFRESH_INTERVAL: Duration = Duration::from_millis(10);
pub(crate) const DEFAULT_REFETCH_COOLDOWN: Duration = Duration::from_secs(30);
/// For keys that are fetched over HTTP, except from loopback.
#[cfg(feature = "http")]
pub(crate) const MIN_HTTP_REFETCH_COOLDOWN: Duration = Duration::from_secs(1);
pub(crate) const DEFAULT_FETCH_TIMEOUT: Duration = Duration::from_secs(5);
#[cfg(feature = "http")]
pub(crate) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
pub(crate) const DEFAULT_MAX_STALE: Duration = DAY;
pub(crate) const DEFAULT_FIRST_KEYS_TIMEOUT: Duration = Duration::from_secs(2);
/// The number of fetches of an issuer's keys at the same time. While keys are missing, the next fetch starts although
/// earlier ones hang: each second, up to a timeout of about a minute.
pub(crate) const LIMIT_ATTEMPTS: u32 = 64;
/// In requests.
pub(crate) const DEFAULT_MAX_WAITING: usize = 1024;
/// Of `max_stale` and of `first_keys_timeout`.
pub(crate) const MAX_KEY_DURATION: Duration = Duration::from_secs(365 * DAY.as_secs());
/// Of a fetched document, in bytes.
pub(crate) const LIMIT_KEY_DOCUMENT_BYTES: usize = 256 * 1024;
/// Of a document, in keys. Embedded Wallet publishes a single key.
pub(crate) const LIMIT_KEYS: usize = 128;
/// The time that a request with an unknown key ID waits for a refetch.
pub(crate) const LIMIT_NAMED_KEY_WAIT: Duration = Duration::from_secs(2);
/// The number of requests that wait for a refetch at the same time.
pub(crate) const LIMIT_NAMED_KEY_WAITING: usize = 64;
/// The time, from the first attempt without trustworthy keys, during which requests keep waiting even if attempts fail.
/// On a machine that is starting, the first DNS look-ups often fail: requests then wait instead of being refused.
pub(crate) const LIMIT_FIRST_KEYS_GRACE: Duration = Duration::from_secs(10);

// The application's data.
pub(crate) const DEFAULT_LOAD_TIMEOUT: Duration = Duration::from_secs(5);

// Nonces.
pub(crate) const DEFAULT_NONCE_LIFETIME: Duration = Duration::from_secs(300);
pub(crate) const MIN_NONCE_LIFETIME: Duration = Duration::from_millis(1);
pub(crate) const MAX_NONCE_LIFETIME: Duration = DAY;
pub(crate) const MIN_NONCE_KEY_BYTES: usize = 32;
/// Of the value to which a nonce is bound.
pub(crate) const LIMIT_BINDING_BYTES: usize = 1024;
pub(crate) const DEFAULT_LOGIN_COOKIE_PREFIX: &str = "__Host-login-";
/// The number of nonces of a browser that have a cookie at the same time. Browsers keep at least 50 cookies of a host
/// (RFC 6265 §6.1), and servers read at least 8 KiB of headers.
pub(crate) const LIMIT_LOGIN_COOKIES: usize = 8;
/// The number of such cookies that a response removes. Proxies may accept only 4 KiB of response headers.
pub(crate) const LIMIT_REMOVED_LOGIN_COOKIES: usize = 16;
/// Of all cookies of a request. This is more than most sites set, and little enough to search for each token.
pub(crate) const LIMIT_COOKIE_BYTES: usize = 16 * 1024;
/// Of the text that an entry begins with, in all lists of a request: of the name of a cookie, for example. Only entries
/// made to take long have so many.
pub(crate) const LIMIT_OCCURRENCES: usize = 128;
/// Of the headers `Origin` and `Host`. The name in them has at most 253 bytes (RFC 1035 §2.3.4).
pub(crate) const LIMIT_ORIGIN_BYTES: usize = 512;

// One-time stores.
/// The maximum difference between the clocks of the instances and of the store. Beyond it, a nonce or a token could be
/// used twice. Equal to the largest leeway.
pub(crate) const LIMIT_CLOCK_DIFFERENCE: Duration = MAX_LEEWAY;
/// Of the `Retry-After` of a refusal because of the store.
pub(crate) const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);
pub(crate) const MAX_RETRY_AFTER: Duration = DAY;
/// In uses.
pub(crate) const DEFAULT_MEMORY_CAPACITY: usize = 100_000;
/// By default, a wallet gets the capacity divided by this number, and at least `DEFAULT_MIN_PER_WALLET` uses.
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
