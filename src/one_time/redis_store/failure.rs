//! Why a call to Redis failed, in plain words if the cause is known.

use std::{error::Error as StdError, fmt, io};

use redis::{ErrorKind, RedisError};

use super::server::Server;

/// The script's error if `INFO` has no IDs.
const NO_PROCESS: &str = "INFO lacks run_id or master_replid";

/// The start of the server's error for a command that it does not have. The rest quotes the arguments of the command.
const UNKNOWN_COMMAND: &str = "unknown command";

/// The start of the redis crate's error for a refused database.
const REFUSED_DATABASE: &str = "Redis server refused to switch database";

/// The start of the error for a refused command within the script: in Redis 7.0, and in later versions and Valkey.
const SCRIPT_PERMISSION: [&str; 2] = ["The user executing the script", "ACL failure in script"];

/// Why a call failed. All calls that wait for the same connection share it.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    obstacle: Option<Obstacle>,
    cause: Cause,
}

impl Failure {
    /// A failure to connect or to log in. Omits the server's text, which may quote the password.
    pub(super) fn of_connecting(error: RedisError) -> Self {
        Self {
            obstacle: Obstacle::to_log_in(&error),
            cause: Cause(without_detail(error, "Redis refused the log-in")),
        }
    }

    pub(super) fn of_call(error: RedisError, server: &Server) -> Self {
        let obstacle = Obstacle::to_call(&error, server);
        let error = match error.detail() {
            Some(detail) if detail.starts_with(UNKNOWN_COMMAND) => {
                without_detail(error, "Redis refused a command")
            }
            _ => error,
        };
        Self {
            obstacle,
            cause: Cause(error),
        }
    }

    pub(super) fn overdue(what: &'static str) -> Self {
        Self {
            obstacle: None,
            cause: Cause(io::Error::new(io::ErrorKind::TimedOut, what).into()),
        }
    }

    /// Returns `true` if the connection was closed.
    pub(super) fn is_connection_lost(&self) -> bool {
        self.cause.0.is_connection_dropped()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.obstacle {
            Some(obstacle) => obstacle.fmt(f),
            None => self.cause.fmt(f),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.obstacle {
            Some(_) => Some(&self.cause),
            None => self.cause.source(),
        }
    }
}

/// An error of the redis crate. Its own source only repeats it, so it is skipped.
#[derive(Clone, Debug)]
struct Cause(RedisError);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()?.source()
    }
}

fn without_detail(error: RedisError, problem: &'static str) -> RedisError {
    match error.code() {
        Some(code) => RedisError::from((error.kind(), problem, code.to_owned())),
        None => error,
    }
}

fn begins_with_one_of(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| text.starts_with(start))
}

/// The change that is needed before Redis can record uses.
#[derive(Clone, Debug)]
enum Obstacle {
    WrongPassword,
    NoPassword,
    Database,
    Permission,
    Replica,
    Sentinel,
    SeveralShards,
    NoProcess,
    NoScripts,
    TooOld(String),
}

impl Obstacle {
    fn to_log_in(error: &RedisError) -> Option<Self> {
        match error.code() {
            Some("WRONGPASS") => Some(Self::WrongPassword),
            Some("NOAUTH") => Some(Self::NoPassword),
            Some(_) if error.to_string().starts_with(REFUSED_DATABASE) => Some(Self::Database),
            None if error.kind() == ErrorKind::AuthenticationFailed => Some(Self::WrongPassword),
            _ => None,
        }
    }

    fn to_call(error: &RedisError, server: &Server) -> Option<Self> {
        let detail = error.detail().unwrap_or_default();
        Some(match error.code()? {
            "NOAUTH" => Self::NoPassword,
            "NOPERM" => Self::Permission,
            "READONLY" => Self::Replica,
            // In a cluster, a replica redirects every call to its primary.
            "MOVED" if server.is_replica => Self::Replica,
            "MOVED" => Self::SeveralShards,
            "ERR" if server.is_sentinel => Self::Sentinel,
            "ERR" if server.is_too_old() => Self::TooOld(server.to_string()),
            "ERR" if detail.starts_with(NO_PROCESS) => Self::NoProcess,
            "ERR" if detail.starts_with(UNKNOWN_COMMAND) => Self::NoScripts,
            "ERR" if begins_with_one_of(detail, &SCRIPT_PERMISSION) => Self::Permission,
            _ => return None,
        })
    }
}

impl Obstacle {
    fn cure(&self) -> &'static str {
        match self {
            Self::WrongPassword => "Redis refuses the log-in: check the user name and the password",
            Self::NoPassword => "Redis requires a password: set it in the URL or in the client",
            Self::Database => "Redis refuses the database: check its number and grant `+select`",
            Self::Permission => {
                "the user of Redis lacks a permission: grant what the guide to Redis lists"
            }
            Self::Replica => "this server is a replica: connect to the primary",
            Self::Sentinel => {
                "this is the port of a Sentinel: ask it for the primary, with `RedisStore::from_client_fn`"
            }
            Self::SeveralShards => {
                "another node of the cluster holds the key: use a cluster with one shard, and its primary"
            }
            Self::NoProcess => {
                "INFO of this server lacks run_id or master_replid, so a loss of uses would go unnoticed: use another server"
            }
            Self::NoScripts => {
                "the server, or a proxy before it, has no scripts: connect to a Redis or Valkey itself"
            }
            Self::TooOld(_) => "too old: use Redis 7 or later, or Valkey",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::TooOld(server) = self {
            write!(f, "{server} is ")?;
        }
        f.write_str(self.cure())
    }
}
