//! What the layer says of a token, and what `jsonwebtoken` does.

use std::{
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use sequence_auth::{
    AuthErrorKind, EmailPolicy, SequenceAuthLayer, SequenceClaims, TokenVerifier,
    testing::LocalIssuer,
};
use serde::Deserialize;
use serde_json::Value;

pub(crate) const PROJECT: u64 = 13639;
pub(crate) const ISSUER_URL: &str = "https://waas.sequence.test";
pub(crate) const AUDIENCE: &str = "https://sequence.test/project/13639";
const AUDIENCE_PREFIX: &str = "https://sequence.test/project/";

pub(crate) static ISSUER: LazyLock<LocalIssuer> =
    LazyLock::new(|| LocalIssuer::at(ISSUER_URL, AUDIENCE_PREFIX));

/// Times are edited, and the other side knows no such limit.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
    SequenceAuthLayer::builder(PROJECT)
        .issuer(ISSUER_URL)
        .audience_prefix(AUDIENCE_PREFIX)
        .static_keys(ISSUER.jwks())
        .max_token_lifetime(CENTURY)
        .build()
        .unwrap()
        .email_policy(EmailPolicy::Optional)
        .verifier()
});

/// What the layer says.
pub(crate) fn ours(token: &str) -> Result<SequenceClaims, AuthErrorKind> {
    let verification = pin!(VERIFIER.verify(token));
    match verification.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(verdict) => verdict.map_err(|error| error.kind()),
        Poll::Pending => panic!("keys that never change are waited for"),
    }
}

/// The claims as another reader of JSON sees them. Only those that we read: what is in the others (numbers
/// out of range, depth) is no reason to refuse.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: f64,
    exp: f64,
    auth_time: Option<f64>,
    email: Option<String>,
    nonce: Option<String>,
    #[serde(rename = "https://waas.sequence.test/identity")]
    identity: Option<Value>,
}

static THEIR_KEY: LazyLock<DecodingKey> = LazyLock::new(|| {
    let keys: JwkSet = serde_json::from_str(&ISSUER.jwks()).unwrap();
    DecodingKey::from_jwk(&keys.keys[0]).unwrap()
});

/// The strictest settings that there are, with the layer's leeway.
static STRICTEST: LazyLock<Validation> = LazyLock::new(|| {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[ISSUER_URL]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_nbf = true;
    validation.leeway = 30;
    validation
});

/// Sees to it that `jsonwebtoken` accepts what the layer has accepted, with the same claims.
pub(crate) fn assert_seconded(token: &str, claims: &SequenceClaims) {
    let decoded = jsonwebtoken::decode(token, &THEIR_KEY, &STRICTEST);
    let theirs: Claims = decoded.expect("a second accepts the token too").claims;
    assert_eq!(claims.project_number(), Some(PROJECT));
    assert_eq!(claims.issuer(), theirs.iss);
    assert!(
        theirs
            .sub
            .eq_ignore_ascii_case(&claims.wallet().to_string())
    );
    assert_same_time(claims.issued_at(), Some(theirs.iat));
    assert_same_time(Some(claims.expires_at()), Some(theirs.exp));
    assert_same_time(claims.authenticated_at(), theirs.auth_time);
    let email = theirs.email.filter(|email| !email.trim().is_empty());
    assert_eq!(claims.email(), email.as_deref());
    assert_eq!(claims.nonce(), theirs.nonce.as_deref());
    assert_same_identity(claims, theirs.identity.as_ref());
}

pub(crate) fn assert_same_time(ours: Option<SystemTime>, theirs: Option<f64>) {
    let ours = ours.map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap());
    let ours = ours.as_ref().map(Duration::as_secs_f64);
    assert_eq!(ours.is_some(), theirs.is_some());
    if let (Some(ours), Some(theirs)) = (ours, theirs) {
        // A nanosecond in the year 9999 is less than a double tells apart.
        assert!((ours - theirs).abs() < 1e-3, "{ours} {theirs}");
    }
}

fn assert_same_identity(claims: &SequenceClaims, theirs: Option<&Value>) {
    assert_eq!(claims.identity().is_some(), theirs.is_some());
    if let (Some(ours), Some(theirs)) = (claims.identity(), theirs) {
        assert_eq!(ours.issuer(), theirs["iss"].as_str());
        assert_eq!(ours.subject(), theirs["sub"].as_str());
        assert_eq!(ours.email(), theirs["email"].as_str());
    }
}

pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs()
}
