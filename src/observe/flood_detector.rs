//! Whether tokens come in floods, so that the operator is told of each flood and not of each token.

use std::time::Duration;

use tokio::time::Instant;

/// Over how long tokens are counted. A flood ends with the first window that holds few of them, so that
/// its beginning and its end are never told more often than this.
const WINDOW: Duration = Duration::from_secs(60);
/// How many tokens within one window are a flood.
const THRESHOLD: u64 = 100;

/// Counts tokens of one kind, window by window.
#[derive(Debug, Default)]
pub(crate) struct FloodDetector {
    window: Option<Window>,
    /// How many tokens the flood had before this window; `None` if there is no flood.
    before: Option<u64>,
}

#[derive(Debug)]
struct Window {
    ends: Instant,
    tokens: u64,
    /// When the window held enough tokens for a flood.
    filled: Option<Instant>,
}

/// What there is to tell of a flood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloodChange {
    Begun,
    /// With so many tokens in all.
    Ended(u64),
}

impl FloodDetector {
    /// Takes note of a token.
    pub(crate) fn count(&mut self, now: Instant) {
        let is_flooded = self.before.is_some();
        let window = match &mut self.window {
            Some(window) if is_flooded || window.filled.is_some() || now < window.ends => window,
            window => window.insert(Window::starting(now)),
        };
        window.tokens += 1;
        if window.tokens == THRESHOLD {
            window.filled = Some(now);
        }
    }

    /// Returns when there will be something to tell or to decide.
    pub(crate) fn next_change(&self) -> Option<Instant> {
        let window = self.window.as_ref()?;
        match self.before {
            None => window.filled,
            Some(_) => Some(window.ends),
        }
    }

    /// Tells what has changed, once.
    pub(crate) fn change(&mut self, now: Instant) -> Option<FloodChange> {
        let window = self.window.as_mut()?;
        let Some(before) = self.before else {
            window.filled?;
            self.before = Some(0);
            return Some(FloodChange::Begun);
        };
        if now < window.ends {
            return None;
        }
        let tokens = before + window.tokens;
        if window.filled.is_some() {
            self.before = Some(tokens);
            self.window = Some(Window::starting(now));
            return None;
        }
        *self = Self::default();
        Some(FloodChange::Ended(tokens))
    }
}

impl Window {
    fn starting(now: Instant) -> Self {
        Self {
            ends: now + WINDOW,
            tokens: 0,
            filled: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(flood: &mut FloodDetector, tokens: u64, now: Instant) {
        for _ in 0..tokens {
            flood.count(now);
        }
    }

    #[test]
    fn a_hundred_tokens_within_a_minute_are_a_flood_and_told_once() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 99, start);
        assert_eq!(flood.next_change(), None);
        assert_eq!(flood.change(start), None);
        let now = start + WINDOW / 2;
        flood.count(now);
        assert_eq!(flood.next_change(), Some(now));
        assert_eq!(flood.change(now), Some(FloodChange::Begun));
        count(&mut flood, 1000, now);
        assert_eq!(flood.change(now), None);
        assert_eq!(flood.next_change(), Some(start + WINDOW));
    }

    #[test]
    fn a_hundred_tokens_over_a_longer_time_are_none() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 99, start);
        count(&mut flood, 99, start + WINDOW);
        assert_eq!(flood.change(start + WINDOW), None);
    }

    #[test]
    fn a_flood_ends_with_the_first_window_of_few_tokens_and_may_begin_again() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 150, start);
        assert_eq!(flood.change(start), Some(FloodChange::Begun));
        // The window in which it began counts as flooded.
        assert_eq!(flood.change(start + WINDOW), None);
        count(&mut flood, 99, start + WINDOW);
        assert_eq!(flood.change(start + WINDOW), None);
        assert_eq!(
            flood.change(start + 2 * WINDOW),
            Some(FloodChange::Ended(249))
        );
        assert_eq!(flood.next_change(), None);
        assert_eq!(flood.change(start + 3 * WINDOW), None);
        count(&mut flood, 100, start + 3 * WINDOW);
        assert_eq!(flood.change(start + 3 * WINDOW), Some(FloodChange::Begun));
    }

    #[test]
    fn no_token_is_lost_while_the_task_is_late() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 100, start);
        count(&mut flood, 10, start + WINDOW);
        assert_eq!(flood.change(start + WINDOW), Some(FloodChange::Begun));
        assert_eq!(flood.change(start + WINDOW), None);
        count(&mut flood, 10, start + 3 * WINDOW);
        assert_eq!(
            flood.change(start + 3 * WINDOW),
            Some(FloodChange::Ended(120))
        );
    }

    #[test]
    fn a_flood_that_goes_on_is_not_told_again() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        let mut told = Vec::new();
        for second in 0..600 {
            let now = start + Duration::from_secs(second);
            count(&mut flood, 50, now);
            told.extend(flood.change(now));
        }
        assert_eq!(told, [FloodChange::Begun]);
    }
}
