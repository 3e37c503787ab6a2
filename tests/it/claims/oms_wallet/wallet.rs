//! `wallet_address` is the wallet, `wallet_type` must be `ethereum`, and `sub` is the wallet's id.

use sequence_auth::AuthErrorKind as Kind;
use serde_json::json;

use crate::{
    oms_wallet::{accepted, assert_refused, token},
    support::{self, bearer, send},
};

const DIGITS: &str = "52908400098527886E0F7030069857D2E4169EE7";
/// The address of a Solana wallet.
const BASE58: &str = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV";

#[tokio::test]
async fn wallet_address_is_read_in_any_case() {
    for address in [
        format!("0x{DIGITS}"),
        format!("0x{}", DIGITS.to_lowercase()),
        "0x52908400098527886e0F7030069857d2E4169eE7".to_owned(),
    ] {
        let claims = accepted(token().claim("wallet_address", address)).await;
        assert_eq!(claims.wallet().to_checksum(None), format!("0x{DIGITS}"));
        let written = serde_json::to_value(&claims).unwrap();
        assert_eq!(written["wallet"], format!("0x{DIGITS}"));
    }
}

#[tokio::test]
async fn malformed_wallet_address_is_refused() {
    for address in [
        json!(DIGITS),
        json!(format!("00{DIGITS}")),
        json!(format!("0X{DIGITS}")),
        json!(format!("0x{}", &DIGITS[1..])),
        json!(format!("0x{DIGITS}0")),
        json!(format!(" 0x{DIGITS}")),
        json!(format!("0x{} ", &DIGITS[1..])),
        json!(format!("0x{}g", &DIGITS[1..])),
        json!(format!("0x0x{}", &DIGITS[2..])),
        json!(format!("0x{}é", &DIGITS[2..])),
        json!(BASE58),
        json!(""),
        json!("0x"),
        json!(null),
        json!(1),
        json!(true),
        json!([format!("0x{DIGITS}")]),
        json!({ "address": format!("0x{DIGITS}") }),
    ] {
        let bad = token().claim("wallet_address", address);
        assert_refused(bad, Kind::InvalidWalletAddress).await;
    }
    let without = || token().without_claim("wallet_address");
    assert_refused(without(), Kind::InvalidWalletAddress).await;
    // Neither the subject nor another spelling of the name can replace the claim.
    let elsewhere = without().claim("sub", format!("0x{DIGITS}"));
    assert_refused(elsewhere, Kind::InvalidWalletAddress).await;
    let elsewhere = without().claim("walletAddress", format!("0x{DIGITS}"));
    assert_refused(elsewhere, Kind::InvalidWalletAddress).await;
}

#[tokio::test]
async fn wallet_type_is_ethereum_or_absent() {
    for token in [
        token().claim("wallet_type", "ethereum"),
        token().without_claim("wallet_type"),
    ] {
        accepted(token).await;
    }
    for wallet_type in [
        json!("Ethereum"),
        json!("ETHEREUM"),
        json!("ethereum "),
        json!("solana"),
        json!("tron"),
        json!("evm"),
        json!(""),
        json!(null),
        json!(1),
        json!(["ethereum"]),
        json!({ "type": "ethereum" }),
    ] {
        let other = token().claim("wallet_type", wallet_type);
        assert_refused(other, Kind::UnsupportedWalletType).await;
    }
}

/// The address of another wallet type has another form. The refusal names the type, not the form.
#[tokio::test]
async fn wallet_type_is_checked_before_address() {
    let solana = token().claim("wallet_type", "solana");
    for token in [
        solana.clone().claim("wallet_address", BASE58),
        solana.without_claim("wallet_address"),
    ] {
        assert_refused(token, Kind::UnsupportedWalletType).await;
    }
}

#[tokio::test]
async fn subject_is_any_visible_wallet_id() {
    for id in [
        "wallet_01",
        "7",
        "with space",
        "é",
        &format!("0x{DIGITS}"),
        "0x0000000000000000000000000000000000000001",
    ] {
        let claims = accepted(token().claim("sub", id)).await;
        assert_eq!(claims.wallet_id(), Some(id));
        // An id that looks like an address is still only an id.
        assert_eq!(claims.wallet().to_checksum(None), format!("0x{DIGITS}"));
    }
}

#[tokio::test]
async fn missing_blank_or_unprintable_subject_is_refused() {
    for id in [
        json!(""),
        json!(" "),
        json!("\t"),
        json!("\u{a0}\u{2003}"),
        json!("wallet\n01"),
        json!("wallet_01\r"),
        json!("wallet\u{0}01"),
        json!("\u{1b}[2Jwallet_01"),
        json!("wallet_01\u{7f}"),
        json!("wallet\u{85}01"),
        json!(null),
        json!(1),
        json!(["wallet_01"]),
        json!({ "id": "wallet_01" }),
    ] {
        assert_refused(token().claim("sub", id), Kind::InvalidSubject).await;
    }
    assert_refused(token().without_claim("sub"), Kind::InvalidSubject).await;
}

/// Embedded Wallet does not have these claims, so the layer ignores claims with these names.
#[tokio::test]
async fn embedded_wallet_ignores_wallet_claims() {
    for name in ["wallet_address", "wallet_type"] {
        for value in [
            json!("solana"),
            json!(BASE58),
            json!("0x0000000000000000000000000000000000000001"),
            json!(null),
            json!(1),
            json!([]),
            json!({ "a": 1 }),
        ] {
            let token = support::ISSUER.token().claim(name, value).mint();
            let answer = send(&support::layer(), bearer(&token)).await;
            let claims = answer.claims();
            assert_eq!(claims.wallet().to_checksum(None), format!("0x{DIGITS}"));
            assert_eq!(claims.wallet_id(), None);
        }
    }
}
