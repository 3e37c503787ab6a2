//! The wallet that a token is for.

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

/// The only wallet type with addresses of the type [`Address`].
const ETHEREUM: &str = "ethereum";

/// The wallet that the claims name.
pub(super) struct Wallet {
    pub(super) address: Address,
    /// `None` if the issuer identifies a wallet by its address alone.
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
                // The type is checked first, because addresses of other types have another form: the refusal then
                // names the type, not the address.
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

/// Reads `0x` and exactly 40 hexadecimal digits in any case. An EIP-55 checksum is not verified.
fn address(text: &str) -> Option<Address> {
    // `from_str` also accepts an address without `0x`.
    if !text.starts_with("0x") {
        return None;
    }
    Address::from_str(text).ok()
}

/// Returns the ID if it is not blank, and fits into a column or a log.
fn id(subject: &str) -> Option<&str> {
    let is_fit = !subject.trim().is_empty()
        && subject.len() <= LIMIT_SUBJECT_BYTES
        && subject.chars().all(is_plain);
    is_fit.then_some(subject)
}
