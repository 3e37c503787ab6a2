//! The verdicts of the layer and of `jsonwebtoken` on a token.

use std::{
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use sequence_auth::{AuthErrorKind, SequenceClaims, TokenVerifier};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::side::{EMBEDDED_WALLET, OMS_WALLET, PROJECT, Side, sides};

pub(crate) type Verdict = Result<SequenceClaims, AuthErrorKind>;

/// The layers that trust a single issuer, and the layer that trusts both.
struct Verifiers {
    embedded_wallet: TokenVerifier,
    oms_wallet: TokenVerifier,
    either: TokenVerifier,
}

static VERIFIERS: LazyLock<Verifiers> = LazyLock::new(|| {
    let (embedded_wallet, oms_wallet) = (&EMBEDDED_WALLET.layer, &OMS_WALLET.layer);
    let either = embedded_wallet.clone().or(oms_wallet.clone());
    Verifiers {
        embedded_wallet: embedded_wallet.verifier(),
        oms_wallet: oms_wallet.verifier(),
        either: either.unwrap().verifier(),
    }
});

/// The verdict of the layer that trusts both issuers. It equals that of the issuer whose algorithm the token names.
pub(crate) fn ours(token: &str) -> Verdict {
    let alone = match verify(&VERIFIERS.embedded_wallet, token) {
        Err(AuthErrorKind::UnsupportedAlgorithm) => verify(&VERIFIERS.oms_wallet, token),
        verdict => {
            let other = verify(&VERIFIERS.oms_wallet, token);
            assert!(other.is_err(), "two issuers vouch for {token}");
            verdict
        }
    };
    let verdict = verify(&VERIFIERS.either, token);
    let comparable = |verdict: &Verdict| verdict.as_ref().map(written).map_err(|kind| *kind);
    assert_eq!(comparable(&verdict), comparable(&alone), "{token}");
    verdict
}

fn verify(verifier: &TokenVerifier, token: &str) -> Verdict {
    let verification = pin!(verifier.verify(token));
    match verification.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(verdict) => verdict.map_err(|error| error.kind()),
        Poll::Pending => panic!("keys that never change are waited for"),
    }
}

fn written(claims: &SequenceClaims) -> String {
    serde_json::to_string(claims).unwrap()
}

/// The claims as another JSON reader sees them. Only the known claims count: the others may have numbers out of range
/// or any depth.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: Option<f64>,
    exp: f64,
    auth_time: Option<f64>,
    email: Option<String>,
    nonce: Option<String>,
    // Each of these is read for only one of the issuers.
    wallet_address: Option<Box<RawValue>>,
    wallet_type: Option<Box<RawValue>>,
    #[serde(rename = "https://waas.sequence.test/identity")]
    identity: Option<Box<RawValue>>,
}

/// Returns `true` if `jsonwebtoken` accepts a token of one of the issuers.
pub(crate) fn is_seconded(token: &str) -> bool {
    sides().into_iter().any(|side| theirs(token, side).is_ok())
}

fn theirs(token: &str, side: &Side) -> jsonwebtoken::errors::Result<Claims> {
    jsonwebtoken::decode(token, &side.their_key, &side.strictest).map(|decoded| decoded.claims)
}

/// Asserts that `jsonwebtoken` also accepts a token of this issuer that the layer has accepted, with the same claims.
pub(crate) fn assert_seconded(token: &str, claims: &SequenceClaims) {
    let mut sides = sides().into_iter();
    let side = sides.find(|side| side.url == claims.issuer());
    let side = side.expect("an issuer that is trusted");
    let theirs = theirs(token, side).expect("a second accepts the token too");
    assert_eq!(claims.issuer(), theirs.iss);
    assert_same_time(claims.issued_at(), theirs.iat);
    assert_same_time(Some(claims.expires_at()), Some(theirs.exp));
    assert_same_time(claims.authenticated_at(), theirs.auth_time);
    let email = theirs
        .email
        .as_deref()
        .filter(|email| !email.trim().is_empty());
    assert_eq!(claims.email(), email);
    assert_eq!(claims.nonce(), theirs.nonce.as_deref());
    assert_eq!(claims.project_id(), project_id(side));
    if side.is_oms_wallet() {
        assert_oms_wallet(claims, &theirs);
    } else {
        assert_embedded_wallet(claims, &theirs);
    }
}

fn project_id(side: &Side) -> &str {
    let (_, id) = side
        .audience
        .rsplit_once('/')
        .unwrap_or(("", side.audience));
    id
}

fn assert_embedded_wallet(claims: &SequenceClaims, theirs: &Claims) {
    assert_eq!(claims.project_number(), Some(PROJECT));
    assert!(theirs.iat.is_some());
    assert_same_wallet(claims, &theirs.sub);
    assert_eq!(claims.wallet_id(), None);
    let identity = theirs.identity.as_deref().map(read);
    assert_same_identity(claims, identity.as_ref());
}

fn assert_oms_wallet(claims: &SequenceClaims, theirs: &Claims) {
    assert_eq!(claims.project_number(), None);
    let address: String = read(theirs.wallet_address.as_ref().expect("an address"));
    assert_same_wallet(claims, &address);
    let wallet_type: Option<String> = theirs.wallet_type.as_deref().map(read);
    assert_eq!(wallet_type.as_deref().unwrap_or("ethereum"), "ethereum");
    assert_eq!(claims.wallet_id(), Some(theirs.sub.as_str()));
    assert!(claims.identity().is_none());
}

fn read<T: for<'de> Deserialize<'de>>(value: &RawValue) -> T {
    serde_json::from_str(value.get()).unwrap()
}

fn assert_same_wallet(claims: &SequenceClaims, theirs: &str) {
    let ours = claims.wallet().to_string();
    assert!(theirs.eq_ignore_ascii_case(&ours), "{ours} {theirs}");
}

pub(crate) fn assert_same_time(ours: Option<SystemTime>, theirs: Option<f64>) {
    let ours = ours.map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap());
    let ours = ours.as_ref().map(Duration::as_secs_f64);
    assert_eq!(ours.is_some(), theirs.is_some());
    if let (Some(ours), Some(theirs)) = (ours, theirs) {
        // A double cannot represent a nanosecond in the year 9999.
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
