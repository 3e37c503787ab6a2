//! The script: its arguments and its answers.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::rand;
use redis::{ErrorKind, RedisError, RedisResult, Script, Value, aio::MultiplexedConnection};

static FIRST_USE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("first_use.lua")));

/// A use to record in Redis.
pub(super) struct NewUse {
    pub(super) digest: Vec<u8>,
    /// The earliest possible time of issue.
    pub(super) issued_from: SystemTime,
    /// How much later the issue may have been.
    pub(super) imprecision: Duration,
    pub(super) expires_at: SystemTime,
}

impl NewUse {
    /// Starts the recording, and records no use: it was issued before any recording started.
    pub(super) const PROBE: Self = Self {
        digest: Vec::new(),
        issued_from: UNIX_EPOCH,
        imprecision: Duration::ZERO,
        expires_at: UNIX_EPOCH,
    };

    /// Returns the time of issue as the script reads it.
    fn issue(&self) -> String {
        let earliest = milliseconds(self.issued_from);
        format!("{earliest}+{}", self.imprecision.as_millis())
    }
}

/// One call of the script.
pub(super) struct ScriptCall {
    pub(super) key: Arc<str>,
    pub(super) used: NewUse,
    pub(super) clock_tolerance: Duration,
}

impl ScriptCall {
    pub(super) async fn invoke(&self, mut redis: MultiplexedConnection) -> RedisResult<Outcome> {
        let id = random_id();
        let mut call = FIRST_USE.key(&*self.key);
        call.arg(&id)
            .arg(self.used.issue())
            .arg(milliseconds(self.used.expires_at))
            .arg(self.clock_tolerance.as_millis().to_string())
            .arg(milliseconds(SystemTime::now()))
            .arg(&self.used.digest);
        let answer = call.invoke_async(&mut redis).await?;
        self.outcome(&id, &answer).ok_or_else(foreign_answer)
    }

    /// Returns the outcome in an answer, or `None` if the answer is for another call.
    fn outcome(&self, id: &str, answer: &Value) -> Option<Outcome> {
        let Value::BulkString(answer) = answer else {
            return None;
        };
        let word = answer.strip_suffix(&*self.used.digest)?;
        let word = word.strip_suffix(id.as_bytes())?;
        Outcome::of(word.strip_suffix(b" ")?)
    }
}

/// Returns a random ID for one call of the script.
fn random_id() -> String {
    let mut id = [0; 16];
    rand::fill(&mut id).expect("the system has randomness");
    format!("{:032x}", u128::from_ne_bytes(id))
}

fn foreign_answer() -> RedisError {
    let problem = "the answer is for another call";
    RedisError::from((ErrorKind::UnexpectedReturnType, problem))
}

fn milliseconds(time: SystemTime) -> String {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since_epoch.as_millis().to_string()
}

/// The outcome of a call of the script.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    First,
    /// Used, expired, or issued before Redis started to record: another key may be accepted.
    Used,
    /// Redis has started to record with this call.
    Started,
    /// Redis has started to record so recently that another key would be refused too.
    TooEarly,
    /// Refused because clocks disagree: another key would be refused too.
    Clocks(&'static str),
}

impl Outcome {
    fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"first" => Self::First,
            b"used" | b"expired" | b"before" => Self::Used,
            b"begun" => Self::Started,
            b"young" => Self::TooEarly,
            b"behind" => {
                Self::Clocks("the clock of Redis is behind the clock by which the key was issued")
            }
            b"ahead" => Self::Clocks(
                "the clock of Redis is ahead of that of the instance that uses the key",
            ),
            b"set-back" => Self::Clocks(
                "the clock of Redis was set back: keys are refused until it has caught up",
            ),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "22222222222222222222222222222222";

    #[test]
    fn only_the_answer_to_this_call_counts() {
        let call = ScriptCall {
            key: "used".into(),
            used: NewUse {
                digest: vec![1; 32],
                ..NewUse::PROBE
            },
            clock_tolerance: Duration::ZERO,
        };
        let answer = |word: &[u8], id: u8, digest: u8| {
            let answer = [word, &[id; 32], &[digest; 32]].concat();
            call.outcome(ID, &Value::BulkString(answer))
        };
        assert_eq!(answer(b"first ", b'2', 1), Some(Outcome::First));
        assert_eq!(answer(b"used ", b'2', 1), Some(Outcome::Used));
        assert_eq!(answer(b"first ", b'3', 1), None);
        assert_eq!(answer(b"first ", b'2', 3), None);
        assert_eq!(answer(b"first", b'2', 1), None);
        assert_eq!(answer(b"firs ", b'2', 1), None);
        assert_eq!(answer(b" ", b'2', 1), None);
        for answer in [
            Value::Nil,
            Value::Okay,
            Value::Int(1),
            Value::BulkString(b"first ".to_vec()),
            Value::SimpleString("first".to_owned()),
        ] {
            assert_eq!(call.outcome(ID, &answer), None);
        }
    }
}
