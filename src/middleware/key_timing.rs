//! The durations that concern the keys: defaults that depend on other settings, and contradictions.

use std::time::Duration;

use super::{
    builder::SequenceAuthLayerBuilder,
    setting_checks::{ensure_at_least, ensure_at_most, ensure_not_above, ensure_not_zero},
};
#[cfg(feature = "http")]
use crate::{
    defaults::{DEFAULT_CONNECT_TIMEOUT, MIN_HTTP_REFETCH_COOLDOWN},
    jwks::{FetchTimeouts, KeyUrl},
};
use crate::{
    defaults::{
        DEFAULT_FETCH_TIMEOUT, DEFAULT_FIRST_KEYS_TIMEOUT, DEFAULT_MAX_STALE, DEFAULT_MAX_WAITING,
        DEFAULT_REFETCH_COOLDOWN, DEFAULT_REFRESH_INTERVAL, MAX_KEY_DURATION, MIN_REFRESH_INTERVAL,
    },
    error::ConfigError,
    jwks::Timing,
};

/// By default, `max_stale` is at least this many refresh intervals, and at least this many fetch timeouts. So an
/// interval and a slow fetch fit into it, and leave time for a failed attempt.
const MAX_STALE_INTERVALS: u32 = 2;
const MAX_STALE_FETCHES: u32 = 4;

impl SequenceAuthLayerBuilder {
    /// Returns the timing of the keys: the settings, and the defaults of those that are not set.
    pub(super) fn timing(&self) -> Result<Timing, ConfigError> {
        let max_stale = self.max_stale.unwrap_or(DEFAULT_MAX_STALE);
        let first_keys_timeout = self
            .first_keys_timeout
            .unwrap_or(DEFAULT_FIRST_KEYS_TIMEOUT);
        let refresh_interval = self
            .refresh_interval
            .unwrap_or(DEFAULT_REFRESH_INTERVAL.min(max_stale / MAX_STALE_INTERVALS));
        let fetch_timeout = DEFAULT_FETCH_TIMEOUT
            .min(refresh_interval)
            .min(max_stale / MAX_STALE_FETCHES);
        let refetch_cooldown = DEFAULT_REFETCH_COOLDOWN.min(refresh_interval);
        let timing = Timing {
            refresh_interval,
            refetch_cooldown: self.refetch_cooldown.unwrap_or(refetch_cooldown),
            fetch_timeout: self.fetch_timeout.unwrap_or(fetch_timeout),
            max_stale,
            first_keys_timeout,
            max_waiting: self.max_waiting.unwrap_or(DEFAULT_MAX_WAITING),
        };
        ensure_at_most("max_stale", max_stale, MAX_KEY_DURATION)?;
        ensure_at_most("first_keys_timeout", first_keys_timeout, MAX_KEY_DURATION)?;
        self.check_interval(&timing)?;
        self.check_keys_stay_trusted(&timing)?;
        Ok(timing)
    }

    fn check_interval(&self, timing: &Timing) -> Result<(), ConfigError> {
        let interval = timing.refresh_interval;
        ensure_not_above("refresh_interval", interval, "max_stale", timing.max_stale)?;
        if self.refresh_interval.is_none() && interval < MIN_REFRESH_INTERVAL {
            let least = MIN_REFRESH_INTERVAL * MAX_STALE_INTERVALS;
            return ensure_at_least("max_stale", timing.max_stale, least);
        }
        ensure_at_least("refresh_interval", interval, MIN_REFRESH_INTERVAL)?;
        let setting = self.interval_setting(interval);
        let (cooldown, timeout) = (timing.refetch_cooldown, timing.fetch_timeout);
        ensure_not_above("refetch_cooldown", cooldown, setting, interval)?;
        ensure_not_above("fetch_timeout", timeout, setting, interval)?;
        ensure_not_zero("fetch_timeout", timeout)
    }

    /// Returns the name, for an error text, of the setting that determines the refresh interval.
    fn interval_setting(&self, interval: Duration) -> &'static str {
        if self.refresh_interval.is_none() && interval < DEFAULT_REFRESH_INTERVAL {
            "half of max_stale"
        } else {
            "refresh_interval"
        }
    }

    /// Checks that keys cannot expire while their issuer answers, however slowly.
    fn check_keys_stay_trusted(&self, timing: &Timing) -> Result<(), ConfigError> {
        if timing.keeps_keys_trusted() {
            return Ok(());
        }
        // A default is derived from `max_stale` and fits, so one of the settings is the reason.
        let setting = match self.refresh_interval {
            Some(_) => "refresh_interval",
            None => "fetch_timeout",
        };
        let problem = format!(
            "a refresh interval of {:?} plus 10 % and a fetch of {:?} do not fit into max_stale, which is {:?}",
            timing.refresh_interval, timing.fetch_timeout, timing.max_stale,
        );
        Err(ConfigError::new(setting, problem))
    }

    /// Refuses a cool-down that would let tokens make this server flood the issuer.
    #[cfg(feature = "http")]
    pub(super) fn check_http_cooldown(&self, url: &KeyUrl) -> Result<(), ConfigError> {
        match self.refetch_cooldown {
            Some(cooldown) if !url.is_loopback() => {
                ensure_at_least("refetch_cooldown", cooldown, MIN_HTTP_REFETCH_COOLDOWN)
            }
            _ => Ok(()),
        }
    }

    #[cfg(feature = "http")]
    pub(super) fn fetch_timeouts(&self, timing: &Timing) -> Result<FetchTimeouts, ConfigError> {
        let total = timing.fetch_timeout;
        let connect = self
            .connect_timeout
            .unwrap_or(DEFAULT_CONNECT_TIMEOUT.min(total));
        ensure_not_zero("connect_timeout", connect)?;
        ensure_not_above("connect_timeout", connect, "fetch_timeout", total)?;
        Ok(FetchTimeouts { total, connect })
    }
}
