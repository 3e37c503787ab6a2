//! What can be set on the command line and in the environment.

use std::net::SocketAddr;

use clap::{Parser, ValueEnum};
use demo::{TrustOptions, not_empty};
use forward_auth::TokenNames;
use sequence_auth::EmailPolicy;

/// Verifies the wallet of each request for a proxy (nginx, Traefik, Caddy). With `--project-id` alone, it trusts
/// production Sequence. With `--demo-listen` alone, it trusts a demo issuer on loopback, which signs for anybody.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// The address of the server, which only the proxy may reach.
    #[arg(
        long,
        env = "LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) trust: TrustOptions,

    /// Whether a token needs an email. The tokens of guests have none.
    #[arg(long, env = "EMAIL_POLICY", value_enum, default_value_t = Email::Required)]
    email_policy: Email,

    /// The cookie that may hold a token. The configuration of the proxy has to name the same one, or the backend gets the
    /// token.
    #[arg(
        long,
        env = "TOKEN_COOKIE",
        value_name = "NAME",
        value_parser = not_empty(),
        default_value_t = TokenNames::default().cookie
    )]
    token_cookie: String,

    /// The header that may hold a token, beside `Authorization`. The configuration of the proxy has to name the same one,
    /// or the backend gets the token.
    #[arg(
        long,
        env = "TOKEN_HEADER",
        value_name = "NAME",
        value_parser = not_empty(),
        default_value_t = TokenNames::default().header
    )]
    token_header: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Email {
    Optional,
    Required,
}

impl Options {
    pub(crate) fn email_policy(&self) -> EmailPolicy {
        match self.email_policy {
            Email::Optional => EmailPolicy::Optional,
            Email::Required => EmailPolicy::Required,
        }
    }

    pub(crate) fn token_names(&self) -> TokenNames {
        TokenNames {
            cookie: self.token_cookie.clone(),
            header: self.token_header.clone(),
        }
    }
}
