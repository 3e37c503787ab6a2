//! Everybody who takes part, a file each.

mod axum_jwks;
mod axum_jwt_auth;
mod claims;
mod decode;
mod jwt_authorizer;
mod sequence_auth;
mod tower_oauth2_resource_server;
mod version;

use std::{convert::Infallible, fmt};

use axum::{Router, body::Body, routing::get};
use clap::ValueEnum;
use http::{HeaderValue, Request, Response};

use crate::{Answer, Row, Stage, requests, stage::bearer};

/// A service that checks tokens, and the same service without the check.
pub struct Contender {
    pub name: String,
    pub guarded: Box<dyn Answer>,
    pub baseline: Box<dyn Answer>,
    checks_issuer: bool,
}

/// Whose RSA the peers use that let their user choose. The choice holds for a whole process.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Crypto {
    /// aws-lc-rs, the fastest.
    AwsLc,
    /// The default of these libraries: RSA in pure Rust.
    PeersDefault,
}

impl Contender {
    /// Sets all of them up, and makes sure that each does its work.
    pub async fn all(stage: &Stage, crypto: Crypto) -> Vec<Self> {
        crypto.install();
        let mut contenders = vec![
            sequence_auth::contender(stage).await,
            sequence_auth::without_cache(stage).await,
            axum_jwt_auth::contender(stage).await,
            tower_oauth2_resource_server::contender(stage).await,
        ];
        if crypto == Crypto::AwsLc {
            contenders.push(jwt_authorizer::contender(stage).await);
            contenders.push(axum_jwks::contender(stage).await);
            contenders.push(decode::contender(stage));
        }
        for contender in &contenders {
            contender.assert_works(stage).await;
        }
        contenders
    }

    fn new(package: &str, guarded: impl Answer + 'static, baseline: impl Answer + 'static) -> Self {
        Self {
            name: format!("{package} {}", version::of(package)),
            guarded: Box::new(guarded),
            baseline: Box::new(baseline),
            checks_issuer: true,
        }
    }

    fn variant(mut self, variant: &str) -> Self {
        self.name = format!("{}, {variant}", self.name);
        self
    }

    fn without_issuer_check(mut self) -> Self {
        self.checks_issuer = false;
        self
    }

    /// Otherwise a library that accepts or refuses everything would be the fastest.
    async fn assert_works(&self, stage: &Stage) {
        for row in Row::ALL {
            let credentials = stage.credentials(row, 1).remove(0);
            let accepted = self.accepts(credentials).await;
            assert_eq!(accepted, row.is_good(), "{}: {row:?}", self.name);
        }
        let token = || stage.issuer().token();
        let other_issuer = token().claim("iss", "https://other.example");
        for (name, token, is_good) in [
            ("expired", token().expired(), false),
            ("other project", token().project(1), false),
            ("no email", token().guest(), false),
            ("other issuer", other_issuer, !self.checks_issuer),
        ] {
            let accepted = self.accepts(Some(bearer(&token.mint()))).await;
            assert_eq!(accepted, is_good, "{}: {name}", self.name);
        }
    }

    async fn accepts(&self, credentials: Option<HeaderValue>) -> bool {
        self.guarded.answer(requests(&[credentials])).await == 1
    }
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Crypto {
    /// `jsonwebtoken` has such a choice for each of its major versions.
    fn install(self) {
        let (ten, eleven) = match self {
            Self::AwsLc => (
                &jsonwebtoken_10::crypto::aws_lc::DEFAULT_PROVIDER,
                &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER,
            ),
            Self::PeersDefault => (
                &jsonwebtoken_10::crypto::rust_crypto::DEFAULT_PROVIDER,
                &jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER,
            ),
        };
        ten.install_default().expect("nobody chose before");
        eleven.install_default().expect("nobody chose before");
    }
}

/// The service behind the layers.
async fn inner<B>(_: Request<B>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::empty()))
}

/// The router of the extractors, without the extractor.
fn bare_router() -> Router {
    Router::new().route("/", get(async || ()))
}
