//! Whose wallet a token is for.

use std::str::FromStr as _;

use alloy_primitives::Address;

use super::{reader::ClaimMembers, rules::WalletClaim};
use crate::{
    defaults::LIMIT_SUBJECT_BYTES,
    error::{
        AuthErrorKind::{self, InvalidSubject, InvalidWalletAddress, UnsupportedWalletType},
        is_plain,
    },
};

/// The only type of wallet whose address is an [`Address`].
const ETHEREUM: &str = "ethereum";

/// The wallet as the claims name it.
pub(super) struct Wallet {
    pub(super) address: Address,
    /// `None` where the issuer has no other name for a wallet than its address.
    pub(super) id: Option<String>,
}

impl Wallet {
    pub(super) fn read(
        claims: &ClaimMembers<'_>,
        claim: WalletClaim,
    ) -> Result<Self, AuthErrorKind> {
        let subject = claims.subject.as_deref().ok_or(InvalidSubject)?;
        match claim {
            WalletClaim::Subject => Ok(Self {
                address: address(subject).ok_or(InvalidSubject)?,
                id: None,
            }),
            WalletClaim::WalletAddress => {
                // The type comes first: the addresses of others have another form.
                if claims.wallet_type.as_deref().unwrap_or(ETHEREUM) != ETHEREUM {
                    return Err(UnsupportedWalletType);
                }
                let text = claims.wallet_address.as_deref();
                Ok(Self {
                    address: text.and_then(address).ok_or(InvalidWalletAddress)?,
                    id: Some(id(subject).ok_or(InvalidSubject)?.to_owned()),
                })
            }
        }
    }
}

/// Reads `0x` and exactly 40 hexadecimal digits. Their case is ignored, whether or not it is an EIP-55 checksum.
fn address(text: &str) -> Option<Address> {
    // `from_str` reads them without `0x`, too.
    if !text.starts_with("0x") {
        return None;
    }
    Address::from_str(text).ok()
}

/// Takes an id that can be seen, and that fits where an application puts it: a column, a header, a log.
fn id(subject: &str) -> Option<&str> {
    let is_fit = !subject.trim().is_empty()
        && subject.len() <= LIMIT_SUBJECT_BYTES
        && subject.chars().all(is_plain);
    is_fit.then_some(subject)
}
