use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::*;
use crate::one_time::MemoryStore;

const LEEWAY: Duration = Duration::from_secs(30);
const MILLISECOND: Duration = Duration::from_millis(1);

fn check(
    nonces: &Nonces,
    nonce: &str,
    binding: Option<&[u8]>,
    now: SystemTime,
) -> Result<(), AuthErrorKind> {
    let presented = binding.map_or(Presented::Unbound, Presented::Bound);
    nonces
        .check(Some(nonce), presented, now, LEEWAY)
        .map(|_| ())
}

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

#[test]
fn leeway_applies_to_the_issue_and_not_the_expiry() {
    let nonces = Nonces::new(NonceKey::random());
    let nonce = nonces.issue_at(None, noon());
    let at = |now| check(&nonces, &nonce, None, now);
    let future = Err(AuthErrorKind::NonceIssuedInFuture);
    assert_eq!(at(noon() - LEEWAY - MILLISECOND), future);
    assert_eq!(at(noon() - LEEWAY), Ok(()));
    assert_eq!(at(noon() + Duration::from_millis(299_999)), Ok(()));
    let expired = Err(AuthErrorKind::ExpiredNonce);
    assert_eq!(at(noon() + Duration::from_millis(300_000)), expired);
}

#[test]
fn the_shorter_lifetime_counts() {
    let key = NonceKey::random();
    let lasting = |seconds| {
        let nonces = Nonces::builder(key.clone()).scope("both");
        let nonces = nonces.lifetime(Duration::from_secs(seconds));
        nonces.build().expect("good settings")
    };
    let (short, long) = (lasting(60), lasting(600));
    for (issuing, checking) in [(&short, &long), (&long, &short)] {
        let nonce = issuing.issue_at(None, noon());
        let at = |seconds| {
            check(
                checking,
                &nonce,
                None,
                noon() + Duration::from_secs(seconds),
            )
        };
        assert_eq!(at(59), Ok(()));
        assert_eq!(at(60), Err(AuthErrorKind::ExpiredNonce));
    }
}

#[test]
fn no_byte_of_a_nonce_can_be_changed() {
    let nonces = Nonces::new(NonceKey::random());
    for (binding, length) in [(None, 58), (Some(&b"mine"[..]), 90)] {
        let nonce = nonces.issue_at(binding, noon());
        assert_eq!(check(&nonces, &nonce, binding, noon()), Ok(()));
        let bytes = URL_SAFE_NO_PAD.decode(&nonce).expect("base64url");
        assert_eq!(bytes.len(), length);
        for index in 0..length {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            let kind = match index {
                ..42 => AuthErrorKind::ForeignNonce,
                42..58 => AuthErrorKind::OtherScope,
                _ => AuthErrorKind::OtherBinding,
            };
            assert_eq!(check(&nonces, &changed, binding, noon()), Err(kind));
        }
    }
}

#[test]
fn a_binding_tag_fits_only_its_own_nonce() {
    let nonces = Nonces::new(NonceKey::random());
    let [mine, yours] = [b"mine", b"your"].map(|binding| nonces.issue_at(Some(binding), noon()));
    let [mut mixed, yours] =
        [mine, yours].map(|text| URL_SAFE_NO_PAD.decode(text).expect("base64url"));
    mixed[58..].copy_from_slice(&yours[58..]);
    let mixed = URL_SAFE_NO_PAD.encode(mixed);
    for binding in [b"mine", b"your"] {
        let result = check(&nonces, &mixed, Some(binding), noon());
        assert_eq!(result, Err(AuthErrorKind::OtherBinding));
    }
}

#[test]
fn a_bound_nonce_without_its_tag_is_refused() {
    let nonces = Nonces::new(NonceKey::random());
    let bound = nonces.issue_at(Some(b"mine"), noon());
    let bytes = URL_SAFE_NO_PAD.decode(bound).expect("base64url");
    let stripped = URL_SAFE_NO_PAD.encode(&bytes[..58]);
    let foreign = Err(AuthErrorKind::ForeignNonce);
    assert_eq!(check(&nonces, &stripped, None, noon()), foreign);
}

#[test]
fn a_nonce_issued_before_1970_has_expired() {
    let nonces = Nonces::new(NonceKey::random());
    let nonce = nonces.issue_at(None, SystemTime::UNIX_EPOCH - LEEWAY);
    let expired = Err(AuthErrorKind::ExpiredNonce);
    assert_eq!(check(&nonces, &nonce, None, noon()), expired);
}

/// The clock of the service that issues is ahead, so a nonce may seem to be issued after the restart of the service that
/// has checked it.
#[test]
fn a_tolerant_store_accepts_a_nonce_of_another_service_once_across_a_restart() {
    const SECOND: Duration = Duration::from_secs(1);
    let key = NonceKey::random();
    let service = || Nonces::builder(key.clone()).scope("login").build();
    let [issuing, checking] = [(); 2].map(|()| service().expect("they are valid"));
    let text = issuing.issue_at(None, noon() + SECOND * 5);
    let store_of = |time| MemoryStore::created_at(10, time).clock_tolerance(SECOND * 10);
    let first_use = |store: &MemoryStore, now| {
        let nonce = checking.check(Some(&text), Presented::Unbound, now, LEEWAY);
        let nonce = nonce.expect("it is good");
        store.first_use_at(&nonce.one_time_key(), noon() + SECOND * 600, now)
    };
    let store = store_of(noon() - SECOND * 100);
    assert!(first_use(&store, noon()).is_ok_and(|first| first));
    let restarted = store_of(noon() + SECOND);
    for seconds in 1..100 {
        let used = first_use(&restarted, noon() + SECOND * seconds);
        assert!(!used.unwrap_or(false), "{seconds}");
    }
}
