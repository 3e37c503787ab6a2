//! What is asked of Redis, and what it answers.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::rand;
use redis::{ErrorKind, RedisError, RedisResult, Script, Value, aio::MultiplexedConnection};

static FIRST_USE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("first_use.lua")));

/// Names one question among all that are ever asked.
type QuestionId = [u8; 16];

/// Whether a digest is used for the first time.
pub(super) struct Question<'a> {
    pub(super) key: &'a str,
    pub(super) digest: &'a [u8],
    pub(super) issued_at: SystemTime,
    pub(super) expires_at: SystemTime,
    pub(super) clock_tolerance: Duration,
}

impl Question<'_> {
    pub(super) async fn ask(&self, mut redis: MultiplexedConnection) -> RedisResult<Outcome> {
        let mut id = QuestionId::default();
        rand::fill(&mut id).expect("the system has randomness");
        let mut call = FIRST_USE.key(self.key);
        call.arg(self.digest)
            .arg(milliseconds(self.issued_at))
            .arg(milliseconds(self.expires_at))
            .arg(self.clock_tolerance.as_millis().to_string())
            .arg(milliseconds(SystemTime::now()))
            .arg(&id);
        let answer = call.invoke_async(&mut redis).await?;
        self.outcome(&id, &answer).ok_or_else(no_answer_to_this)
    }

    /// Returns what an answer says, if it is one to this question.
    fn outcome(&self, id: &QuestionId, answer: &Value) -> Option<Outcome> {
        let Value::BulkString(answer) = answer else {
            return None;
        };
        let word = answer.strip_suffix(self.digest)?.strip_suffix(id)?;
        Outcome::of(word.strip_suffix(b" ")?)
    }
}

fn no_answer_to_this() -> RedisError {
    let problem = "the answer is to another question";
    RedisError::from((ErrorKind::UnexpectedReturnType, problem))
}

fn milliseconds(time: SystemTime) -> String {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since_epoch.as_millis().to_string()
}

/// What the script says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    First,
    /// Used, expired, or issued before Redis began to remember: another key may pass.
    Used,
    /// Redis remembers from now on.
    Begun,
    /// Redis has only just begun to remember: another key would not pass yet, either.
    Young,
    /// Refused because of clocks: another key would be, too.
    Clocks(&'static str),
}

impl Outcome {
    fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"first" => Self::First,
            b"used" | b"expired" | b"before" => Self::Used,
            b"begun" => Self::Begun,
            b"young" => Self::Young,
            b"behind" => Self::Clocks(
                "the clock of Redis is behind that of the instance that issued the key",
            ),
            b"ahead" => Self::Clocks(
                "the clock of Redis is ahead of that of the instance that uses the key",
            ),
            b"set-back" => Self::Clocks(
                "the clock of Redis was set back, and has to catch up with what it was",
            ),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_if_it_names_this_question_and_the_script_gives_it() {
        let question = Question {
            key: "used",
            digest: &[1; 32],
            issued_at: UNIX_EPOCH,
            expires_at: UNIX_EPOCH,
            clock_tolerance: Duration::ZERO,
        };
        let answer = |word: &[u8], id: u8, digest: u8| {
            let answer = [word, &[id; 16], &[digest; 32]].concat();
            question.outcome(&[2; 16], &Value::BulkString(answer))
        };
        assert_eq!(answer(b"first ", 2, 1), Some(Outcome::First));
        assert_eq!(answer(b"used ", 2, 1), Some(Outcome::Used));
        assert_eq!(answer(b"first ", 3, 1), None);
        assert_eq!(answer(b"first ", 2, 3), None);
        assert_eq!(answer(b"first", 2, 1), None);
        assert_eq!(answer(b"firs ", 2, 1), None);
        assert_eq!(answer(b" ", 2, 1), None);
        for answer in [
            Value::Nil,
            Value::Okay,
            Value::Int(1),
            Value::BulkString(b"first ".to_vec()),
            Value::SimpleString("first".to_owned()),
        ] {
            assert_eq!(question.outcome(&[2; 16], &answer), None);
        }
    }
}
