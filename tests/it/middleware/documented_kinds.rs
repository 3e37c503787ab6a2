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
    let page = include_str!("../../../src/guide/answers.rs");
    let rows: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("//! | [`"))
        .collect();
    assert_eq!(rows.len(), all().count());
    for (kind, row) in all().zip(rows) {
        let (name, error) = (kind.as_str(), AuthError::from(kind));
        let status = error.status().as_u16();
        let text = error.description();
        let cells: Vec<_> = row.trim_end_matches(" |").split(" | ").collect();
        let [link, cells @ .., _, _] = cells.as_slice() else {
            panic!("cells are missing: {row}");
        };
        assert_eq!(*link, format!("{name}`](crate::AuthErrorKind::{kind:?})"));
        assert_eq!(cells, [status.to_string().as_str(), text]);
    }
}
