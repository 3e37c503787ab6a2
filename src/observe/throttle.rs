//! How often the operator is warned of the same thing.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How often a warning is repeated.
const REPETITION: Duration = Duration::from_secs(60);

/// How many causes are told apart. A text that is another one each time is a warning no more often than that.
const MAX_CAUSES: usize = 8;

/// Lets a warning of each cause through once a minute.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    warned: Mutex<Vec<(String, Instant)>>,
}

impl Throttle {
    /// Returns `true` if a warning of this cause is due, which it is not again for a minute then.
    pub(crate) fn is_due(&self, cause: &str) -> bool {
        let now = Instant::now();
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        warned.retain(|(_, at)| now < *at + REPETITION);
        let is_known = warned.iter().any(|(known, _)| known == cause);
        if is_known || warned.len() >= MAX_CAUSES {
            return false;
        }
        warned.push((cause.to_owned(), now));
        true
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_cause_is_due_once_a_minute() {
        let throttle = Throttle::default();
        assert!(throttle.is_due("NOPERM"));
        assert!(!throttle.is_due("NOPERM"));
        assert!(throttle.is_due("OOM"));
        advance(REPETITION / 2).await;
        assert!(throttle.is_due("BUSY"));
        advance(REPETITION / 2).await;
        assert!(throttle.is_due("NOPERM"));
        assert!(throttle.is_due("OOM"));
        assert!(!throttle.is_due("BUSY"));
    }

    #[tokio::test(start_paused = true)]
    async fn causes_without_number_are_no_flood() {
        let throttle = Throttle::default();
        let due = |range: std::ops::Range<u32>| {
            range
                .filter(|number| throttle.is_due(&number.to_string()))
                .count()
        };
        assert_eq!(due(0..1000), MAX_CAUSES);
        advance(REPETITION).await;
        assert_eq!(due(1000..2000), MAX_CAUSES);
    }
}
