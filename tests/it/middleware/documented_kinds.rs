//! The guide has a row for every kind of error, with its status and its text.

use sequence_auth::{AuthError, AuthErrorKind as Kind};

macro_rules! kinds {
    ($($kind:ident)+) => {
        [$(Kind::$kind),+]
    };
}

/// Returns every kind, in the order of `kind_names.txt`.
fn all() -> impl Iterator<Item = Kind> {
    let kinds = kinds! {
        MissingToken RepeatedAuthorization MalformedAuthorization RepeatedTokenHeader MalformedTokenHeader
        RepeatedTokenCookie MalformedTokenCookie RepeatedTokenProtocol MalformedTokenProtocol MalformedBody
        RepeatedTokenField TokenFieldNotString BodyInterrupted BodyTooLarge BodyTimeout
        TokenTooLarge MalformedToken HeaderTooLarge MalformedHeader UnsupportedAlgorithm UnsupportedType
        UnsupportedExtension MissingKeyId UnknownKey InvalidSignature
        MalformedClaims InvalidIssuer InvalidAudience InvalidExpiry Expired LifetimeTooLong InvalidIssuedAt
        IssuedInFuture InvalidNotBefore NotYetValid InvalidAuthTime InvalidSubject InvalidWalletAddress
        UnsupportedWalletType InvalidEmail MissingEmail InvalidNonce InvalidIdentity
        UntrustedTimes TokenTooOld MissingAuthTime SessionTooOld MissingNonce ForeignNonce MissingBinding
        OtherBinding NonceIssuedInFuture ExpiredNonce OtherScope UsedNonce UsedToken
        CrossSiteCookie NotAuthorized UnknownPlayer
        KeysUnavailable LoadFailed OneTimeStoreUnavailable OneTimeStoreFull OneTimeShareUsed
    };
    kinds.into_iter()
}

/// A unit test holds `kind_names.txt` to the code.
#[test]
fn list_has_every_kind() {
    let names: Vec<_> = all().map(Kind::as_str).collect();
    let released = include_str!("../../../src/error/kind_names.txt");
    assert_eq!(names, released.lines().collect::<Vec<_>>());
}

#[test]
fn guide_has_every_kind_with_status_and_text() {
    let expected: Vec<_> = all()
        .map(|kind| {
            let (name, error) = (kind.as_str(), AuthError::from(kind));
            let status = error.status().as_u16();
            let text = error.description();
            format!("[`{name}`](crate::AuthErrorKind::{kind:?}) | {status} | {text}")
        })
        .collect();
    let page = include_str!("../../../src/guide/answers.rs");
    let documented: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("//! | [`"))
        .map(|row| {
            let cells: Vec<_> = row.split(" | ").collect();
            assert!(cells[3..].iter().all(|cell| !cell.is_empty()), "{row}");
            let name = cells[0].trim_start_matches("//! | ");
            [name, cells[1], cells[2]].join(" | ")
        })
        .collect();
    assert_eq!(documented, expected);
}
