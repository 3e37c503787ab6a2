//! The product, version and role of a server, from its `INFO`.

use std::fmt;

use redis::aio::MultiplexedConnection;

/// The first version in which a script can request several sections of `INFO`.
const MIN_MAJOR_VERSION: u32 = 7;

/// The facts in a server's `INFO`. All are unknown if the server has no `INFO`.
#[derive(Debug, Default)]
pub(super) struct Server {
    product: Option<Product>,
    /// The version of Redis that the server is, or is compatible with.
    redis_version: Option<String>,
    pub(super) is_sentinel: bool,
    pub(super) is_replica: bool,
}

#[derive(Debug)]
struct Product {
    name: &'static str,
    version: String,
}

impl Server {
    pub(super) async fn of(mut redis: MultiplexedConnection) -> Self {
        let info = redis::cmd("INFO").query_async::<String>(&mut redis).await;
        info.map_or_else(|_| Self::default(), |info| Self::parse(&info))
    }

    fn parse(info: &str) -> Self {
        let field = |name: &str| {
            let mut lines = info.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        };
        let product = |name, version| {
            let version = field(version)?.to_owned();
            Some(Product { name, version })
        };
        Self {
            product: product("Valkey", "valkey_version")
                .or_else(|| product("Dragonfly", "dragonfly_version"))
                .or_else(|| product("Redis", "redis_version")),
            redis_version: field("redis_version").map(str::to_owned),
            // Valkey calls it `server_mode`.
            is_sentinel: ["redis_mode", "server_mode"]
                .map(field)
                .contains(&Some("sentinel")),
            is_replica: field("role") == Some("slave"),
        }
    }

    pub(super) fn is_too_old(&self) -> bool {
        let version = self.redis_version.as_deref().unwrap_or_default();
        let major = version.split('.').next().unwrap_or_default();
        major
            .parse()
            .is_ok_and(|major: u32| major < MIN_MAJOR_VERSION)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.product {
            Some(product) => write!(f, "{} {}", product.name, product.version),
            None => f.write_str("a server of unknown version"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_its_own_version() {
        for (info, name) in [
            ("# Server\r\nredis_version:7.0.15\r\n", "Redis 7.0.15"),
            (
                "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.1.2\r\n",
                "Valkey 9.1.2",
            ),
            (
                "redis_version:7.4.0\r\ndragonfly_version:df-v1.30.0\r\n",
                "Dragonfly df-v1.30.0",
            ),
            ("", "a server of unknown version"),
        ] {
            assert_eq!(Server::parse(info).to_string(), name);
        }
    }

    #[test]
    fn a_sentinel_and_a_replica_are_told_apart_from_a_primary() {
        for mode in ["redis_mode:sentinel\r\n", "server_mode:sentinel\r\n"] {
            assert!(Server::parse(mode).is_sentinel);
        }
        assert!(Server::parse("role:slave\r\n").is_replica);
        let primary = Server::parse("redis_mode:standalone\r\nrole:master\r\n");
        assert!(!primary.is_sentinel && !primary.is_replica);
    }

    #[test]
    fn only_a_version_that_is_known_is_too_old() {
        let is_too_old = |info| Server::parse(info).is_too_old();
        assert!(is_too_old("redis_version:6.2.14\r\n"));
        for info in [
            "redis_version:7.0.0\r\n",
            "redis_version:10.0.0\r\n",
            "redis_version:x\r\n",
            "",
        ] {
            assert!(!is_too_old(info), "{info}");
        }
    }
}
