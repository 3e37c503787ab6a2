//! An issuer on loopback, and requests with its tokens.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::{Json, Router, body::Body, response::IntoResponse, routing::get};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderValue, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer};
use serde_json::json;
use tokio::net::TcpListener;

/// The issuer, whose keys and discovery document are served on loopback.
#[derive(Debug)]
pub struct Stage {
    issuer: LocalIssuer,
    players: AtomicU64,
}

/// What kind of token the requests carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row {
    /// A good token that was never sent before.
    New,
    /// A good one, always the same.
    Seen,
    /// One whose signature is wrong in one bit.
    BadSignature,
    /// None.
    NoToken,
}

impl Stage {
    const PROJECT: u64 = 13639;
    const AUDIENCE_PREFIX: &str = "https://sequence.test/project/";

    /// Starts the issuer on a free port.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let issuer = LocalIssuer::at(url, Self::AUDIENCE_PREFIX);
        let documents = documents(&issuer);
        tokio::spawn(async { axum::serve(listener, documents).await });
        Ok(Self {
            issuer,
            players: AtomicU64::new(0),
        })
    }

    pub fn issuer(&self) -> &LocalIssuer {
        &self.issuer
    }

    pub fn jwks_url(&self) -> String {
        format!("{}/.well-known/jwks.json", self.issuer.url())
    }

    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer.url())
    }

    /// Starts a layer of this crate with every default, for the issuer.
    pub fn layer(&self) -> SequenceAuthLayerBuilder {
        SequenceAuthLayer::builder(Self::PROJECT)
            .issuer(self.issuer.url())
            .audience_prefix(Self::AUDIENCE_PREFIX)
            .key_fetcher(self.issuer.clone())
    }

    pub fn audience(&self) -> String {
        format!("{}{}", Self::AUDIENCE_PREFIX, Self::PROJECT)
    }

    /// Mints good tokens, each for a player of its own.
    pub fn tokens(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.token()).collect()
    }

    /// Returns what so many requests of a kind carry.
    pub fn credentials(&self, row: Row, count: usize) -> Vec<Option<HeaderValue>> {
        match row {
            Row::New => self
                .tokens(count)
                .iter()
                .map(|token| Some(bearer(token)))
                .collect(),
            Row::Seen => vec![Some(bearer(&self.token())); count],
            Row::BadSignature => vec![Some(bearer(&forged(&self.token()))); count],
            Row::NoToken => vec![None; count],
        }
    }

    fn token(&self) -> String {
        let player = self.players.fetch_add(1, Ordering::Relaxed);
        let token = self.issuer.token().project(Self::PROJECT);
        token.wallet(format_args!("0x{player:040x}")).mint()
    }
}

impl Row {
    pub const ALL: [Self; 4] = [Self::New, Self::Seen, Self::BadSignature, Self::NoToken];

    /// Returns whether such requests have to be accepted.
    pub fn is_good(self) -> bool {
        matches!(self, Self::New | Self::Seen)
    }
}

/// Creates a request for each of the credentials. They share the bytes of a token, as a server's requests share its
/// read buffer.
pub fn requests(credentials: &[Option<HeaderValue>]) -> Vec<Request<Body>> {
    let request = |credentials: &Option<HeaderValue>| {
        let mut request = Request::new(Body::empty());
        if let Some(credentials) = credentials {
            request
                .headers_mut()
                .insert(AUTHORIZATION, credentials.clone());
        }
        request
    };
    credentials.iter().map(request).collect()
}

fn documents(issuer: &LocalIssuer) -> Router {
    let jwks = issuer.jwks();
    let configuration = json!({
        "issuer": issuer.url(),
        "jwks_uri": format!("{}/.well-known/jwks.json", issuer.url()),
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    let jwks = async || ([(CONTENT_TYPE, "application/json")], jwks).into_response();
    Router::new()
        .route("/.well-known/jwks.json", get(jwks))
        .route(
            "/.well-known/openid-configuration",
            get(Json(configuration)),
        )
}

pub(crate) fn bearer(token: &str) -> HeaderValue {
    HeaderValue::try_from(format!("Bearer {token}")).expect("a token is ASCII")
}

fn forged(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').expect("a token has a signature");
    let mut signature = URL_SAFE_NO_PAD.decode(signature).expect("it is base64url");
    signature[100] ^= 1;
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
