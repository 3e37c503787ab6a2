//! Detects floods of tokens to log each flood instead of each token.

use std::time::Duration;

use tokio::time::Instant;

/// The time over which tokens are counted. A flood ends with the first window that holds few tokens, so its start and
/// its end are logged at least this far apart.
const WINDOW: Duration = Duration::from_secs(60);
/// This many tokens within a window are a flood.
const THRESHOLD: u64 = 100;

/// Counts tokens of one kind, window by window.
#[derive(Debug, Default)]
pub(crate) struct FloodDetector {
    state: State,
    window: Option<Window>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Calm,
    Flooded {
        /// The tokens of the flood before this window.
        tokens_before: u64,
    },
}

#[derive(Debug)]
struct Window {
    ends_at: Instant,
    tokens: u64,
    /// When the window had enough tokens for a flood.
    became_full_at: Option<Instant>,
}

/// The start or end of a flood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloodChange {
    Begun,
    /// With the total number of tokens.
    Ended(u64),
}

impl FloodDetector {
    /// Records a token.
    pub(crate) fn count(&mut self, now: Instant) {
        self.roll_over(now);
        let window = self.window.get_or_insert_with(|| Window::starting(now));
        window.tokens += 1;
        if window.tokens == THRESHOLD {
            window.became_full_at = Some(now);
        }
    }

    /// Returns when [`take_change`](Self::take_change) can next return a change.
    pub(crate) fn next_change(&self) -> Option<Instant> {
        let window = self.window.as_ref()?;
        match self.state {
            State::Calm => window.became_full_at,
            State::Flooded { .. } => Some(window.ends_at),
        }
    }

    /// Returns the change since the last call.
    pub(crate) fn take_change(&mut self, now: Instant) -> Option<FloodChange> {
        let window = self.window.as_ref()?;
        match self.state {
            State::Calm if window.is_full() => {
                self.state = State::Flooded { tokens_before: 0 };
                Some(FloodChange::Begun)
            }
            State::Flooded { tokens_before } if now >= window.ends_at => {
                let tokens = tokens_before + window.tokens;
                if window.is_full() {
                    self.state = State::Flooded {
                        tokens_before: tokens,
                    };
                    self.window = Some(Window::starting(now));
                    None
                } else {
                    *self = Self::default();
                    Some(FloodChange::Ended(tokens))
                }
            }
            State::Calm | State::Flooded { .. } => None,
        }
    }

    /// Drops a window that is over, unless it belongs to a flood. The window of a flood is kept until its tokens are
    /// counted, so none is lost if the task is late.
    fn roll_over(&mut self, now: Instant) {
        let is_calm = matches!(self.state, State::Calm);
        let is_over = |window: &mut Window| !window.is_full() && now >= window.ends_at;
        if is_calm {
            self.window.take_if(is_over);
        }
    }
}

impl Window {
    fn starting(now: Instant) -> Self {
        Self {
            ends_at: now + WINDOW,
            tokens: 0,
            became_full_at: None,
        }
    }

    fn is_full(&self) -> bool {
        self.became_full_at.is_some()
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
    fn hundred_tokens_in_a_minute_are_one_flood() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 99, start);
        assert_eq!(flood.next_change(), None);
        assert_eq!(flood.take_change(start), None);
        let now = start + WINDOW / 2;
        flood.count(now);
        assert_eq!(flood.next_change(), Some(now));
        assert_eq!(flood.take_change(now), Some(FloodChange::Begun));
        count(&mut flood, 1000, now);
        assert_eq!(flood.take_change(now), None);
        assert_eq!(flood.next_change(), Some(start + WINDOW));
    }

    #[test]
    fn hundred_tokens_in_two_minutes_are_no_flood() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 99, start);
        count(&mut flood, 99, start + WINDOW);
        assert_eq!(flood.take_change(start + WINDOW), None);
    }

    #[test]
    fn flood_ends_with_a_calm_window_and_may_return() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 150, start);
        assert_eq!(flood.take_change(start), Some(FloodChange::Begun));
        // The window in which the flood began counts as flooded.
        assert_eq!(flood.take_change(start + WINDOW), None);
        count(&mut flood, 99, start + WINDOW);
        assert_eq!(flood.take_change(start + WINDOW), None);
        assert_eq!(
            flood.take_change(start + 2 * WINDOW),
            Some(FloodChange::Ended(249))
        );
        assert_eq!(flood.next_change(), None);
        assert_eq!(flood.take_change(start + 3 * WINDOW), None);
        count(&mut flood, 100, start + 3 * WINDOW);
        assert_eq!(
            flood.take_change(start + 3 * WINDOW),
            Some(FloodChange::Begun)
        );
    }

    #[test]
    fn no_token_is_lost_while_the_task_is_late() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        count(&mut flood, 100, start);
        count(&mut flood, 10, start + WINDOW);
        assert_eq!(flood.take_change(start + WINDOW), Some(FloodChange::Begun));
        assert_eq!(flood.take_change(start + WINDOW), None);
        count(&mut flood, 10, start + 3 * WINDOW);
        assert_eq!(
            flood.take_change(start + 3 * WINDOW),
            Some(FloodChange::Ended(120))
        );
    }

    #[test]
    fn lasting_flood_begins_once() {
        let (mut flood, start) = (FloodDetector::default(), Instant::now());
        let mut changes = Vec::new();
        for second in 0..600 {
            let now = start + Duration::from_secs(second);
            count(&mut flood, 50, now);
            changes.extend(flood.take_change(now));
        }
        assert_eq!(changes, [FloodChange::Begun]);
    }
}
