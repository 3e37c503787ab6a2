//! Every default and every limit that a user can meet, in one table.
//!
//! `DEFAULT_…` holds unless a setting says otherwise, `MIN_…` and `MAX_…` bound what a setting may say, and
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
