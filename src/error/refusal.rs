//! The table of refusals: each kind, and all that is fixed about it.

use std::fmt;

use http::HeaderValue;

use super::{
    class::Class,
    snake_case::{snake_case, snake_case_len},
};

/// Declares the kinds. A group names the class and the code that its kinds are answered with; a row is one kind
/// with its documentation, its text, and `(form)` where its check comes before every byte of the token was looked at:
///
/// ```text
/// InvalidToken "invalid_token" {
///     /// The documentation of the variant `AuthErrorKind::MalformedToken`.
///     MalformedToken (form): "the text for the client",
/// }
/// ```
///
/// Whole answers are put together here, when this crate is compiled: a refusal costs no formatting.
macro_rules! kinds {
    ($($class:ident $code:literal {
        $($(#[$doc:meta])* $kind:ident $(($mark:ident))?: $description:literal,)+
    })+) => {
        /// Names the check that refused a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AuthErrorKind {
            $($($(#[$doc])* $kind,)+)+
        }

        impl AuthErrorKind {
            /// All kinds, in the order of their numbers.
            #[cfg(any(test, feature = "metrics"))]
            pub(crate) const ALL: &[Self] = &[$($(Self::$kind,)+)+];

            /// Returns the name of the kind in snake case, such as `missing_token` or `expired`: for metrics, events and
            /// answers of your own. A released name does not change.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$kind => {
                        const NAME: [u8; snake_case_len(stringify!($kind))] = snake_case(stringify!($kind));
                        match str::from_utf8(&NAME) {
                            Ok(name) => name,
                            Err(_) => "",
                        }
                    })+)+
                }
            }

            pub(crate) fn class(self) -> Class {
                match self {
                    $($(Self::$kind)|+ => Class::$class,)+
                }
            }

            pub(crate) fn description(self) -> &'static str {
                match self {
                    $($(Self::$kind => $description,)+)+
                }
            }

            /// Returns `true` if a token was refused for its parts or its header, before every byte of it was
            /// looked at.
            pub(crate) fn leaves_form_open(self) -> bool {
                match self {
                    $($(Self::$kind => is_marked!($($mark)?),)+)+
                }
            }

            /// Returns the JSON document that tells the client.
            pub(crate) fn document(self) -> &'static str {
                match self {
                    $($(Self::$kind => concat!(
                        r#"{"error":""#, $code, r#"","error_description":""#, $description, r#""}"#
                    ),)+)+
                }
            }

            /// Returns the challenge of RFC 6750 §3 to a client that sent credentials.
            pub(crate) fn challenge(self) -> HeaderValue {
                match self {
                    $($(Self::$kind => const {
                        HeaderValue::from_static(concat!(
                            r#"Bearer realm="sequence", error=""#, $code,
                            r#"", error_description=""#, $description, r#"""#
                        ))
                    },)+)+
                }
            }
        }

        impl Class {
            pub(crate) fn code(self) -> &'static str {
                match self {
                    $(Self::$class => $code,)+
                }
            }
        }
    };
}

impl fmt::Display for AuthErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! is_marked {
    (form) => {
        true
    };
    () => {
        false
    };
}

// RFC 6750 §3 allows neither `"` nor `\` in the texts.
kinds! {
    MissingToken "missing_token" {
        /// No source held a token.
        MissingToken: "no ID token was sent",
    }
    InvalidRequest "invalid_request" {
        /// The request has more than one `Authorization` header.
        RepeatedAuthorization: "more than one Authorization header was sent",
        /// The `Authorization` header says `Bearer`, but nothing that could be a token follows.
        MalformedAuthorization: "the Authorization header holds no well-formed token",
        /// The header of a [`TokenSource::header`](crate::TokenSource::header) comes twice.
        RepeatedTokenHeader: "the header for the token was sent more than once",
        /// The header of a [`TokenSource::header`](crate::TokenSource::header) holds what no token could hold.
        MalformedTokenHeader: "the header for the token holds no well-formed token",
        /// The cookie of a [`TokenSource::cookie`](crate::TokenSource::cookie) comes twice.
        RepeatedTokenCookie: "the cookie for the token was sent more than once",
        /// The cookie of a [`TokenSource::cookie`](crate::TokenSource::cookie) holds what no token could hold, or the
        /// request has more than 16 KiB of cookies.
        MalformedTokenCookie: "the cookie for the token holds no well-formed token, or there are too many cookies",
        /// Two entries of `Sec-WebSocket-Protocol` have the prefix of a
        /// [`TokenSource::subprotocol`](crate::TokenSource::subprotocol).
        RepeatedTokenProtocol: "more than one subprotocol for the token was sent",
        /// The entry of a [`TokenSource::subprotocol`](crate::TokenSource::subprotocol) holds what no token could hold,
        /// or the request has more than 16 KiB of subprotocols.
        MalformedTokenProtocol: "the subprotocol for the token holds no well-formed token, or there are too many of them",
        /// The body is declared as JSON and is not JSON.
        MalformedBody: "the body is not valid JSON",
        /// The body holds a token field more than once, or two token fields.
        RepeatedTokenField: "the body holds more than one token field",
        /// The token field of the body is not a string.
        TokenFieldNotString: "the token field of the body is not a string",
        /// The body broke off or failed before it was read to its end.
        BodyInterrupted: "the body could not be read to its end",
    }
    BodyTooLarge "invalid_request" {
        /// The body is larger than the layer, or a limit outside it, reads.
        BodyTooLarge: "the body is too large",
    }
    BodyTimeout "invalid_request" {
        /// The body did not arrive in time.
        BodyTimeout: "the body did not arrive in time",
    }
    InvalidToken "invalid_token" {
        /// The token is larger than 8 KiB, or what a header or cookie holds in its place.
        TokenTooLarge: "the token is larger than 8192 bytes",
        /// The token is not three parts of strict base64url that hold UTF-8.
        MalformedToken (form): "the token is not three parts of unpadded base64url",
        /// The token's header is larger than 1 KiB, encoded.
        HeaderTooLarge (form): "the header of the token is larger than 1024 bytes",
        /// The token's header is not a JSON object with members of the right types, each once, or has more than 16.
        MalformedHeader (form): "the header of the token is malformed",
        /// The token's `alg` is not that of an issuer that the layer trusts: `RS256` for Embedded Wallet, `ES256` for
        /// OMS Wallet.
        UnsupportedAlgorithm (form): "the algorithm (alg) of the token is not one that this service accepts",
        /// The token's `typ` is not `JWT`.
        UnsupportedType (form): "the type (typ) of the token is not JWT",
        /// The token's header asks for an extension (`crit`, `b64`, `zip`), and none is understood.
        UnsupportedExtension (form): "the token asks for an extension that is not supported",
        /// The token names no key, or its `kid` is not a string of 1 to 128 bytes.
        MissingKeyId (form): "the token does not name its key (kid)",
        /// The token names a key that the issuer does not publish.
        UnknownKey: "the token names a key (kid) that the issuer does not publish",
        /// The signature is not one by the named key over these bytes.
        InvalidSignature: "the signature of the token is invalid",
        /// The claims are not a JSON object with every member once.
        MalformedClaims: "the claims of the token are malformed",
        /// `iss` is not the configured issuer.
        InvalidIssuer: "the issuer (iss) of the token is missing, malformed or another one",
        /// `aud` does not hold an accepted project, or is malformed.
        InvalidAudience: "the audience (aud) of the token is missing, malformed or another project",
        /// `exp` is missing or is not a number in range.
        InvalidExpiry: "the expiry (exp) of the token is missing or malformed",
        /// `exp` has passed.
        Expired: "the token has expired (exp)",
        /// `exp` lies further ahead of now, or of `iat`, than `max_token_lifetime` allows.
        LifetimeTooLong: "the lifetime (exp) of the token is longer than this service accepts",
        /// `iat` is not a number in range, or is missing from a token of Embedded Wallet.
        InvalidIssuedAt: "the issue time (iat) of the token is missing or malformed",
        /// `iat` lies in the future.
        IssuedInFuture: "the token was issued in the future (iat)",
        /// `nbf` is not a number in range.
        InvalidNotBefore: "the start time (nbf) of the token is malformed",
        /// `nbf` lies in the future.
        NotYetValid: "the token is not valid yet (nbf)",
        /// `auth_time` is not a number in range, or lies in the future.
        InvalidAuthTime: "the sign-in time (auth_time) of the token is malformed or in the future",
        /// `sub` is not `0x` and 40 hexadecimal digits for Embedded Wallet, or not the id of a wallet for OMS Wallet:
        /// it is missing, blank, longer than 255 bytes, or has invisible characters.
        InvalidSubject: "the subject (sub) of the token is missing or is not a wallet",
        /// `wallet_address` of OMS Wallet is not `0x` and 40 hexadecimal digits.
        InvalidWalletAddress: "the wallet address (wallet_address) of the token is missing or malformed",
        /// `wallet_type` of OMS Wallet is not `ethereum`: the wallet has no Ethereum address.
        UnsupportedWalletType: "the wallet type (wallet_type) of the token is not ethereum",
        /// `email` is not a string, has more than 320 bytes, or control characters.
        InvalidEmail: "the email claim of the token is malformed",
        /// `email` is missing or blank, and the policy requires one.
        MissingEmail: "the token has no email claim, and this service requires one",
        /// `nonce` is not a string.
        InvalidNonce: "the nonce claim of the token is malformed",
        /// The identity claim is malformed.
        InvalidIdentity: "the identity claim of the token is malformed",
        /// The policy relies on `iat` or `auth_time` (`max_token_age`, `max_session_age`, `once`), and the token is of
        /// OMS Wallet, which does not document who sets them.
        UntrustedTimes: "this service relies on the times (iat, auth_time) of a token, which this issuer does not vouch for",
        /// `iat` lies further back than `max_token_age` allows.
        TokenTooOld: "the token was issued too long ago (iat) for this service",
        /// `auth_time` is missing, and the policy limits the age of the sign-in.
        MissingAuthTime: "the token has no sign-in time (auth_time), and this service requires one",
        /// `auth_time` lies further back than `max_session_age` allows.
        SessionTooOld: "the player signed in too long ago (auth_time) for this service",
        /// `nonce` is missing, and the policy requires one.
        MissingNonce: "the token has no nonce claim, and this service requires one",
        /// `nonce` was not issued by this service.
        ForeignNonce: "the nonce of the token was not issued by this service",
        /// The cookie or header that nonces are bound to is missing, empty, repeated or longer than 1 KiB,
        /// or stands among more than 16 KiB of cookies.
        MissingBinding: "what the nonce is bound to, a cookie or header, is missing, repeated or too long",
        /// `nonce` was issued for another browser, or for none.
        OtherBinding: "the nonce of the token was issued for another browser",
        /// `nonce` was issued in the future.
        NonceIssuedInFuture: "the nonce of the token was issued in the future",
        /// `nonce` has expired.
        ExpiredNonce: "the nonce of the token has expired",
        /// `nonce` was issued for another store of used nonces: by another process, or by this one before it was
        /// started anew.
        OtherScope: "the nonce of the token was issued by another instance of this service",
        /// `nonce` was used before, or may have been.
        UsedNonce: "the nonce of the token was used before",
        /// The token was used before, or may have been, and the policy lets each pass once.
        UsedToken: "the token was used before, and this service accepts each once",
    }
    Forbidden "insufficient_scope" {
        /// The token is in a [cookie](crate::TokenSource::cookie), and the browser says that another site made the
        /// request, which may change something.
        CrossSiteCookie: "the token is in a cookie, and another site made the request",
        /// The token is valid, and a predicate of the application refuses it.
        NotAuthorized: "the token is valid, but does not give access to this service",
        /// The token is valid, and a [`load`](crate::SequenceAuthLayer::load) of the application knows nothing of its
        /// player.
        UnknownPlayer: "the token is valid, but this service does not know its player",
    }
    Unavailable "temporarily_unavailable" {
        /// No trustworthy keys are at hand, so that no token can be judged.
        KeysUnavailable: "the keys to verify tokens are not available, try again later",
        /// A [`load`](crate::SequenceAuthLayer::load) of the application failed, or took too long.
        LoadFailed: "what this service knows of the player cannot be loaded, try again later",
        /// The store that records what was used cannot be reached.
        OneTimeStoreUnavailable: "the use of the token cannot be recorded, try again later",
        /// The store that records what was used has no room until one of its uses expires.
        OneTimeStoreFull: "too many uses of tokens are recorded at the moment, try again later",
        /// The wallet has used up its share of that store, until something of its own expires.
        OneTimeShareUsed: "too many uses by this wallet are recorded at the moment, try again later",
    }
}

#[cfg(test)]
mod tests {
    use super::AuthErrorKind;

    #[test]
    fn names_are_those_of_the_variants_in_snake_case() {
        assert_eq!(AuthErrorKind::MissingToken.as_str(), "missing_token");
        assert_eq!(AuthErrorKind::Expired.to_string(), "expired");
        for kind in AuthErrorKind::ALL {
            let words = kind.as_str().split('_');
            let camel = words.map(|word| word[..1].to_uppercase() + &word[1..]);
            assert_eq!(camel.collect::<String>(), format!("{kind:?}"));
        }
    }

    #[test]
    fn name_is_padded_as_texts_are() {
        let kind = AuthErrorKind::Expired;
        let shown = format!("{kind:>9}|{kind:<9}|{kind:.3}");
        assert_eq!(shown, "  expired|expired  |exp");
    }

    /// What metrics and events of others rely on. A new kind adds a line; none is changed.
    #[test]
    fn names_are_those_that_were_released() {
        let names: Vec<_> = AuthErrorKind::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect();
        let released: Vec<_> = include_str!("kind_names.txt").lines().collect();
        assert_eq!(names, released);
    }

    #[test]
    fn every_text_is_unique_and_fits_a_header() {
        // RFC 6750 §3: neither `"` nor `\`, and nothing that a header cannot hold.
        let is_fit = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        for (index, kind) in AuthErrorKind::ALL.iter().enumerate() {
            assert!(kind.description().bytes().all(is_fit), "{kind:?}");
            let others = &AuthErrorKind::ALL[index + 1..];
            let is_shared = |other: &AuthErrorKind| other.description() == kind.description();
            assert!(!others.iter().any(is_shared), "{kind:?}");
        }
    }
}
