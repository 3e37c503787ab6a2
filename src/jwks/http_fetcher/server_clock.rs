//! The time by the clock of the server that publishes the keys.

use std::time::{Duration, SystemTime};

use http::{
    HeaderMap, HeaderValue,
    header::{AGE, DATE},
};

/// Returns the server's time when a response with these headers arrives (RFC 9110 §6.6.1): its `Date`, plus its `Age`
/// if it comes from a cache (RFC 9111 §5.1).
pub(super) fn server_time(headers: &HeaderMap) -> Option<SystemTime> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let date = httpdate::parse_http_date(&text(headers.get(DATE)?)?).ok()?;
    let age = match headers.get(AGE) {
        Some(age) => text(age)?.parse().ok()?,
        None => 0,
    };
    date.checked_add(Duration::from_secs(age))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn seconds(headers: &[(HeaderName, &'static str)]) -> Option<u64> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        let time = server_time(&headers.collect())?;
        let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH);
        since_epoch.ok().map(|time| time.as_secs())
    }

    #[test]
    fn time_is_that_of_the_answer_and_its_age() {
        let date = (DATE, "Tue, 14 Nov 2023 22:13:20 GMT");
        assert_eq!(seconds(std::slice::from_ref(&date)), Some(1_700_000_000));
        assert_eq!(seconds(&[date.clone(), (AGE, "60")]), Some(1_700_000_060));
        for age in ["", "-1", "a minute", "18446744073709551615"] {
            assert_eq!(seconds(&[date.clone(), (AGE, age)]), None, "{age}");
        }
    }

    #[test]
    fn answer_without_a_date_says_nothing() {
        assert_eq!(seconds(&[]), None);
        for date in ["", "now", "1700000000"] {
            assert_eq!(seconds(&[(DATE, date)]), None, "{date}");
        }
    }
}
