//! The command line and environment settings.

use std::net::SocketAddr;

use clap::Parser;
use demo::{IssuerOptions, not_empty};

use super::cookies::CookieFlags;

/// Lets players log in with ID tokens of Sequence wallets, each token once. Without options, it trusts a demo issuer on
/// loopback. With `--project-id` alone, it trusts production Sequence.
///
/// The environment variable NONCE_KEY holds the key of the nonces, which all instances share (`openssl rand -base64
/// 32`). Without it, each start creates a new key.
#[derive(Parser)]
pub(crate) struct Options {
    /// The address of the server.
    #[arg(
        long,
        env = "LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) issuer: IssuerOptions,

    /// The Redis in which all instances record used nonces: `redis://…`, or `rediss://…` over TLS. Without it, this
    /// process records them in memory and refuses the nonces of other processes.
    #[arg(
        long,
        env = "REDIS_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = not_empty()
    )]
    pub(crate) redis: Option<String>,

    /// Leaves `Secure` out of the cookies, for browsers that do not store such cookies over plain HTTP, not even from
    /// loopback. Not for production.
    #[arg(long, conflicts_with = "framed_by")]
    insecure_cookies: bool,

    /// The origins of pages that may show this page in a frame, such as `https://discord.com`, separated by commas. For
    /// players in frames, the cookies are `SameSite=None; Partitioned`.
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',', value_parser = frame_ancestor)]
    pub(crate) framed_by: Vec<String>,
}

impl Options {
    pub(crate) fn cookies(&self) -> CookieFlags {
        if self.insecure_cookies {
            CookieFlags::Insecure
        } else if self.framed_by.is_empty() {
            CookieFlags::Secure
        } else {
            CookieFlags::Framed
        }
    }
}

/// Takes an origin whose host may begin with `*.`. It refuses characters that would end the directive.
fn frame_ancestor(text: &str) -> Result<String, &'static str> {
    let host = text.strip_prefix("https://");
    let host = host.or_else(|| text.strip_prefix("http://"));
    let is_host = |host: &str| {
        let named = host.strip_prefix("*.").unwrap_or(host);
        let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        named.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
            && named.bytes().all(is_of_host)
    };
    let is_origin = host.is_some_and(is_host);
    is_origin
        .then(|| text.to_owned())
        .ok_or("it is not an origin, such as https://discord.com")
}
