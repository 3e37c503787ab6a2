//! The table of refusals: each kind with its class, its text and its documentation.

use std::fmt;

use http::HeaderValue;

use super::{
    class::Class,
    kinds::{is_marked, kinds},
    snake_case::{snake_case, snake_case_len},
};

// RFC 6750 §3 allows neither `"` nor `\` in the texts.
kinds! {
    /// The check that refused a request or a token.
    ///
    /// Each variant ends with the party that usually has to act:
    ///
    /// - *client*: the code that obtains and sends the token.
    /// - *player*: the player signs in again, or lacks access.
    /// - *operator*: the configuration or the clock of this service, or its store of used nonces.
    /// - *issuer*: the issuer made a token that it should not have made, or is down.
    ///
    /// An attacker can cause most kinds, too. The page [`guide::answers`](crate::guide::answers) lists the cure for
    /// each kind.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::AuthErrorKind;
    ///
    /// /// A hint for the player, in words of the application.
    /// fn hint(kind: AuthErrorKind) -> &'static str {
    ///     match kind {
    ///         AuthErrorKind::SessionTooOld => "Please sign in again.",
    ///         AuthErrorKind::MissingEmail => "Please add an email to your account.",
    ///         AuthErrorKind::KeysUnavailable => "Please try again in a moment.",
    ///         _ => "Your sign-in could not be verified.",
    ///     }
    /// }
    ///
    /// assert_eq!(hint(AuthErrorKind::SessionTooOld), "Please sign in again.");
    /// assert_eq!(AuthErrorKind::Expired.to_string(), "expired");
    /// ```
    MissingToken "missing_token" {
        /// The request has no token in any source. *Client.*
        MissingToken: "no ID token was sent",
    }
    InvalidRequest "invalid_request" {
        /// The request has more than one `Authorization` header. *Client.*
        RepeatedAuthorization: "more than one Authorization header was sent",
        /// The `Authorization` header has the scheme `Bearer` without a token, or with invalid characters. *Client.*
        MalformedAuthorization: "the Authorization header holds no well-formed token",
        /// The header of a [`TokenSource::header`](crate::TokenSource::header) appears twice. *Client.*
        RepeatedTokenHeader: "the header for the token was sent more than once",
        /// The header of a [`TokenSource::header`](crate::TokenSource::header) has invalid characters.
        /// *Client.*
        MalformedTokenHeader: "the header for the token holds no well-formed token",
        /// The cookie of a [`TokenSource::cookie`](crate::TokenSource::cookie) appears twice. *Operator*, whose
        /// application sets the cookie.
        RepeatedTokenCookie: "the cookie for the token was sent more than once",
        /// The cookie of a [`TokenSource::cookie`](crate::TokenSource::cookie) has invalid characters, or the
        /// request has more than 16 KiB of cookies, or `name=` in them more than 128 times. *Operator*, whose application
        /// sets the cookies.
        MalformedTokenCookie: "the cookie for the token holds no well-formed token, or there are too many cookies",
        /// Two entries of `Sec-WebSocket-Protocol` have the prefix of a
        /// [`TokenSource::subprotocol`](crate::TokenSource::subprotocol). *Client.*
        RepeatedTokenProtocol: "more than one subprotocol for the token was sent",
        /// The entry of a [`TokenSource::subprotocol`](crate::TokenSource::subprotocol) has no token, or has invalid
        /// characters, or the request has more than 16 KiB of subprotocols, or the prefix in them more than 128
        /// times. *Client.*
        MalformedTokenProtocol: "the subprotocol for the token holds no well-formed token, or there are too many of them",
        /// The body is declared as JSON but is not JSON. *Client.*
        MalformedBody: "the body is not valid JSON",
        /// The body has the same token field twice, or two different token fields. *Client.*
        RepeatedTokenField: "the body holds more than one token field",
        /// The token field of the body is not a string. *Client.*
        TokenFieldNotString: "the token field of the body is not a string",
        /// The body ended early or failed while it was read. *Client.*
        BodyInterrupted: "the body could not be read to its end",
    }
    BodyTooLarge "invalid_request" {
        /// The body is larger than [`body_limit`](crate::SequenceAuthLayer::body_limit), or than the limit of a layer
        /// outside. *Client.*
        BodyTooLarge: "the body is too large",
    }
    BodyTimeout "invalid_request" {
        /// The body did not arrive within [`body_timeout`](crate::SequenceAuthLayer::body_timeout). *Client.*
        BodyTimeout: "the body did not arrive in time",
    }
    InvalidToken "invalid_token" {
        /// The token, or the value of the header or cookie in its place, is larger than 8 KiB. *Client.*
        TokenTooLarge: "the token is larger than 8192 bytes",
        /// The token is not three parts of strict base64url, or its header or claims are not UTF-8. *Client.*
        MalformedToken (form): "the token is not three parts of unpadded base64url",
        /// The token's encoded header is larger than 1 KiB. *Client.*
        HeaderTooLarge (form): "the header of the token is larger than 1024 bytes",
        /// The token's header is not a JSON object, has a member of the wrong type or twice, or has more than 16
        /// members. *Client.*
        MalformedHeader (form): "the header of the token is malformed",
        /// The `alg` of the token is not the algorithm of an issuer that the layer trusts: `RS256` for Embedded Wallet,
        /// `ES256` for OMS Wallet. *Client*, or *operator* if the layer should trust another issuer as well.
        UnsupportedAlgorithm (form): "the algorithm (alg) of the token is not one that this service accepts",
        /// The token's `typ` is not `JWT`. *Client.*
        UnsupportedType (form): "the type (typ) of the token is not JWT",
        /// The token's header has `crit`, `b64` or `zip`. The layer does not support extensions. *Client.*
        UnsupportedExtension (form): "the token asks for an extension that is not supported",
        /// `kid` is missing, empty or longer than 128 bytes. *Client.*
        MissingKeyId (form): "the token does not name its key (kid)",
        /// The token names a key that the issuer does not publish. *Client* with a token of another environment or of a
        /// withdrawn key, or *operator* with the wrong environment or key URL.
        UnknownKey: "the token names a key (kid) that the issuer does not publish",
        /// The signature does not match the key that the token names. *Client.* If the issuer has replaced the key
        /// under the same `kid`, the layer fetches the new key in the background.
        InvalidSignature: "the signature of the token is invalid",
        /// The claims are not a JSON object, or have a member twice. *Issuer.*
        MalformedClaims: "the claims of the token are malformed",
        /// `iss` is not the configured issuer. *Operator*, or *client* with a token of another environment.
        InvalidIssuer: "the issuer (iss) of the token is missing, malformed or another one",
        /// `aud` does not name an accepted project, or is malformed. *Operator*, or *client* with a token of another
        /// project.
        InvalidAudience: "the audience (aud) of the token is missing, malformed or another project",
        /// `exp` is missing or is not a number in range. *Issuer.*
        InvalidExpiry: "the expiry (exp) of the token is missing or malformed",
        /// `exp` has passed by the leeway or more. *Client*, which has to get a new token, or *operator* if this
        /// machine's clock is ahead.
        Expired: "the token has expired (exp)",
        /// `exp` is further ahead of now, or of `iat`, than
        /// [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime) allows. *Client* or *operator*.
        LifetimeTooLong: "the lifetime (exp) of the token is longer than this service accepts",
        /// `iat` is not a number in range, or is missing from a token of Embedded Wallet. *Issuer.*
        InvalidIssuedAt: "the issue time (iat) of the token is missing or malformed",
        /// `iat` is in the future by more than the leeway. *Operator*: this machine's clock is behind. With OMS Wallet
        /// also *client*, which may be able to write the claim.
        IssuedInFuture: "the token was issued in the future (iat)",
        /// `nbf` is not a number in range. *Issuer.*
        InvalidNotBefore: "the start time (nbf) of the token is malformed",
        /// `nbf` is in the future by more than the leeway. *Client*, which has to wait, or *operator* if this machine's
        /// clock is behind.
        NotYetValid: "the token is not valid yet (nbf)",
        /// `auth_time` is not a number in range, or is in the future by more than the leeway. *Issuer*, or *operator*
        /// if this machine's clock is behind. With OMS Wallet also *client*, which may be able to write the claim.
        InvalidAuthTime: "the sign-in time (auth_time) of the token is malformed or in the future",
        /// `sub` is not a wallet. For Embedded Wallet it must be `0x` and 40 hexadecimal digits. For OMS Wallet it must
        /// be the ID of a wallet: not blank, at most 255 bytes, without control and invisible characters. *Issuer.*
        InvalidSubject: "the subject (sub) of the token is missing or is not a wallet",
        /// `wallet_address` of OMS Wallet is not `0x` and 40 hexadecimal digits. *Issuer.*
        InvalidWalletAddress: "the wallet address (wallet_address) of the token is missing or malformed",
        /// `wallet_type` of OMS Wallet is not `ethereum`: its address is not an Ethereum address. *Player.*
        UnsupportedWalletType: "the wallet type (wallet_type) of the token is not ethereum",
        /// `email` is not a string, has more than 320 bytes, or has control characters. *Issuer.*
        InvalidEmail: "the email claim of the token is malformed",
        /// `email` is missing or blank, and the [policy](crate::EmailPolicy) requires an email. *Player*, a guest for
        /// example, or *operator* if guests are welcome.
        MissingEmail: "the token has no email claim, and this service requires one",
        /// `nonce` is not a string. *Issuer.*
        InvalidNonce: "the nonce claim of the token is malformed",
        /// The identity claim is malformed. *Issuer.*
        InvalidIdentity: "the identity claim of the token is malformed",
        /// The policy relies on `iat` or `auth_time` (`max_token_age`, `max_session_age`, `once`), and the token is of
        /// OMS Wallet, which does not document who sets them. *Operator.*
        UntrustedTimes: "this service relies on the times (iat, auth_time) of a token, which this issuer does not vouch for",
        /// `iat` is further back than [`max_token_age`](crate::SequenceAuthLayer::max_token_age) allows. *Client*,
        /// which has to get a new token.
        TokenTooOld: "the token was issued too long ago (iat) for this service",
        /// `auth_time` is missing, and [`max_session_age`](crate::SequenceAuthLayer::max_session_age) needs it.
        /// *Issuer.*
        MissingAuthTime: "the token has no sign-in time (auth_time), and this service requires one",
        /// `auth_time` is further back than [`max_session_age`](crate::SequenceAuthLayer::max_session_age) allows.
        /// *Player*, who has to sign in again.
        SessionTooOld: "the player signed in too long ago (auth_time) for this service",
        /// `nonce` is missing, and the policy requires a nonce. *Client.*
        MissingNonce: "the token has no nonce claim, and this service requires one",
        /// `nonce` was not issued by this service. *Client*, or *operator* if instances have different keys.
        ForeignNonce: "the nonce of the token was not issued by this service",
        /// The cookie or header that nonces are bound to is missing, empty, repeated or longer than 1 KiB, or the
        /// request has more than 16 KiB of cookies, or `name=` in them more than 128 times. *Client.*
        MissingBinding: "what the nonce is bound to, a cookie or header, is missing, repeated or too long",
        /// `nonce` was issued for another browser, or is not bound to a browser. *Client.*
        OtherBinding: "the nonce of the token was issued for another browser",
        /// `nonce` was issued in the future. *Operator*: the clocks of the instances differ.
        NonceIssuedInFuture: "the nonce of the token was issued in the future",
        /// `nonce` has expired. *Client*, which has to get a new nonce.
        ExpiredNonce: "the nonce of the token has expired",
        /// `nonce` was issued for another store of used nonces: by another process, or by this process before a
        /// restart. *Operator*: instances need a shared store. After a restart, the *client* gets a new nonce.
        OtherScope: "the nonce of the token was issued by another instance of this service",
        /// `nonce` was used before, or may have been. *Client*, which has to get a new nonce.
        UsedNonce: "the nonce of the token was used before",
        /// The token was used before, or may have been, and [`once`](crate::SequenceAuthLayer::once) accepts each token
        /// once. *Client*, which has to get a new token. Within a second the issuer issues the same token again.
        UsedToken: "the token was used before, and this service accepts each once",
    }
    Forbidden "insufficient_scope" {
        /// The token is in a [cookie](crate::TokenSource::cookie), the request may change something, and the browser says
        /// that another site made it. *Client*, or *operator* if a proxy replaces the `Host` header.
        CrossSiteCookie: "the token is in a cookie, and another site made the request",
        /// The token is valid, and a predicate of the application refused it. *Player.*
        NotAuthorized: "the token is valid, but does not give access to this service",
        /// The token is valid, and a [`load`](crate::SequenceAuthLayer::load) of the application did not find the
        /// player. *Player.*
        UnknownPlayer: "the token is valid, but this service does not know its player",
    }
    Unavailable "temporarily_unavailable" {
        /// The layer has no trustworthy keys to verify tokens with. *Issuer*, or *operator* if the network to the
        /// issuer is blocked.
        KeysUnavailable: "the keys to verify tokens are not available, try again later",
        /// A [`load`](crate::SequenceAuthLayer::load) of the application failed or took too long. *Operator.*
        LoadFailed: "what this service knows of the player cannot be loaded, try again later",
        /// The store of used nonces or tokens cannot be reached. *Operator.*
        OneTimeStoreUnavailable: "the use of the token cannot be recorded, try again later",
        /// The store of used nonces or tokens is full until a use expires. *Operator.*
        OneTimeStoreFull: "too many uses of tokens are recorded at the moment, try again later",
    }
    TooManyRequests "temporarily_unavailable" {
        /// The wallet has used up its share of the store of used nonces or tokens until one of its uses expires.
        /// *Client.*
        OneTimeShareUsed: "too many uses by this wallet are recorded at the moment, try again later",
    }
}

impl fmt::Display for AuthErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
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

    /// Dashboards and alerts rely on these names. A new kind adds a line; existing lines stay.
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
        // RFC 6750 §3: printable ASCII without `"` and `\`.
        let is_fit = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        for (index, kind) in AuthErrorKind::ALL.iter().enumerate() {
            assert!(kind.description().bytes().all(is_fit), "{kind:?}");
            let others = &AuthErrorKind::ALL[index + 1..];
            let is_shared = |other: &AuthErrorKind| other.description() == kind.description();
            assert!(!others.iter().any(is_shared), "{kind:?}");
        }
    }
}
