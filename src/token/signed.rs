//! The payload of a token, before and after its signature is checked.

use super::public_key::PublicKey;
use crate::{encoding::base64url, error::AuthErrorKind};

/// The length of a signature by the largest key, which has 8192 bits.
pub(crate) const MAX_SIGNATURE_BYTES: usize = 1024;

/// The buffer for a decoded signature. It lives on the stack, because a signature is needed only until it is checked.
pub(crate) type SignatureBuffer = [u8; MAX_SIGNATURE_BYTES];

pub(super) enum Signature<'b> {
    Bytes(&'b [u8]),
    /// Longer than a signature by any key. Its base64url is valid, so it is a bad signature, not a malformed token.
    TooLongForAnyKey,
}

impl<'b> Signature<'b> {
    pub(super) fn decode(
        text: &[u8],
        buffer: &'b mut SignatureBuffer,
    ) -> Result<Self, AuthErrorKind> {
        let signature = if Some(text.len()) > base64::encoded_len(MAX_SIGNATURE_BYTES, false) {
            base64url::decode(text).map(|_| Self::TooLongForAnyKey)
        } else {
            base64url::decode_into(buffer, text).map(Self::Bytes)
        };
        signature.ok_or(AuthErrorKind::MalformedToken)
    }
}

/// A payload and its signature, not checked yet.
pub(crate) struct Signed<'a, 'b> {
    /// The first two parts of the token and the dot between them.
    message: &'a [u8],
    payload: Vec<u8>,
    signature: Signature<'b>,
}

impl<'a, 'b> Signed<'a, 'b> {
    pub(super) fn new(message: &'a [u8], payload: Vec<u8>, signature: Signature<'b>) -> Self {
        Self {
            message,
            payload,
            signature,
        }
    }

    /// Returns the payload if this key made the signature over these bytes.
    pub(crate) fn verify(self, key: &PublicKey) -> Option<VerifiedPayload> {
        let is_good = match self.signature {
            Signature::Bytes(signature) => key.verify(self.message, signature),
            Signature::TooLongForAnyKey => false,
        };
        is_good.then_some(VerifiedPayload(self.payload))
    }
}

/// The payload of a token with a good signature. Only [`Signed::verify`] creates it (and, with the feature `testing`,
/// the builder of claims for tests), and claims can be read only from this type.
pub(crate) struct VerifiedPayload(Vec<u8>);

impl VerifiedPayload {
    /// Returns the claims as JSON.
    pub(crate) fn into_json(self) -> Result<String, AuthErrorKind> {
        String::from_utf8(self.0).map_err(|_| AuthErrorKind::MalformedToken)
    }

    /// Creates an unsigned payload for claims that a test builds without a token.
    #[cfg(feature = "testing")]
    pub(crate) fn for_test(json: String) -> Self {
        Self(json.into_bytes())
    }
}
