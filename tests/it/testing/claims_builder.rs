//! `SequenceClaims::builder` creates claims of either issuer, with its methods in any order.

use std::time::{Duration, SystemTime};

use sequence_auth::{SequenceClaims, testing::SequenceClaimsBuilder};
use serde_json::{Value, json};

const WALLET: &str = "0x00000000000000000000000000000000DeaDBeef";

fn issued_at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

type Step = fn(SequenceClaimsBuilder) -> SequenceClaimsBuilder;

/// The settings other than the project, each for a claim of its own.
const STEPS: [Step; 5] = [
    |builder| builder.wallet(WALLET.parse().unwrap()),
    |builder| builder.email("ann@example.com"),
    |builder| builder.nonce("n"),
    |builder| builder.issued_at(issued_at()),
    |builder| builder.claim("level", 3),
];

/// Claims with every setting. The project is set after this many of the others, in either order.
fn built(project: Step, position: usize, is_reversed: bool) -> Value {
    let mut steps = STEPS.to_vec();
    if is_reversed {
        steps.reverse();
    }
    steps.insert(position, project);
    let builder = steps
        .into_iter()
        .fold(SequenceClaims::builder(), |builder, step| step(builder));
    let claims = builder.build();
    assert_eq!(claims.custom::<Value>().unwrap()["level"], 3);
    serde_json::to_value(claims).unwrap()
}

fn assert_in_any_order(project: Step, expected: &Value) {
    for position in 0..=STEPS.len() {
        for is_reversed in [false, true] {
            assert_eq!(built(project, position, is_reversed), *expected);
        }
    }
}

#[test]
fn claims_of_oms_wallet_are_built_in_any_order() {
    let expected = json!({
        "wallet": WALLET,
        "wallet_id": "wallet_01",
        "project_id": "prj_01hx",
        "email": "ann@example.com",
        "issuer": "https://oms.sequence.test",
        "issued_at": 1_700_000_000,
        "expires_at": 1_700_000_600,
        "nonce": "n",
    });
    assert_in_any_order(|builder| builder.project_id("prj_01hx"), &expected);
    // The last project counts.
    let last = |builder: SequenceClaimsBuilder| builder.project_id(7).project_id("prj_01hx");
    assert_in_any_order(last, &expected);
}

#[test]
fn claims_of_embedded_wallet_are_built_in_any_order() {
    let expected = json!({
        "wallet": WALLET,
        "project_id": "7",
        "email": "ann@example.com",
        "identity": {
            "type": "Email",
            "iss": "https://waas.sequence.app",
            "sub": "ann@example.com",
            "email": "ann@example.com",
        },
        "issuer": "https://waas.sequence.app",
        "issued_at": 1_700_000_000,
        "expires_at": 1_700_000_600,
        "authenticated_at": 1_699_999_940,
        "nonce": "n",
    });
    assert_in_any_order(|builder| builder.project_id(7), &expected);
    let last = |builder: SequenceClaimsBuilder| builder.project_id("prj_01hx").project_id(7);
    assert_in_any_order(last, &expected);
}

#[test]
fn claims_of_oms_wallet_have_the_documented_shape() {
    let claims = SequenceClaims::builder()
        .project_id("prj_01hx".to_owned())
        .build();
    assert_eq!(claims.issuer(), "https://oms.sequence.test");
    assert_eq!(claims.project_id(), "prj_01hx");
    assert_eq!(claims.project_number(), None);
    assert_eq!(claims.email(), Some("player@example.com"));
    let custom: Value = claims.custom().unwrap();
    let mut names: Vec<_> = custom.as_object().unwrap().keys().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "aud",
            "email",
            "exp",
            "iss",
            "sub",
            "wallet_address",
            "wallet_type"
        ]
    );
    assert_eq!(custom["aud"], "prj_01hx");
    let guest = SequenceClaims::builder().guest().project_id("prj_01hx");
    assert_eq!(guest.build().email(), None);
}

#[test]
fn any_claim_can_be_overridden() {
    let claims = SequenceClaims::builder()
        .claim("sub", "wallet_7")
        .claim("aud", ["prj_02", "prj_01hx"])
        .claim("email", "eve@example.com")
        .email("ann@example.com")
        .project_id("prj_01hx")
        .build();
    assert_eq!(claims.wallet_id(), Some("wallet_7"));
    assert_eq!(claims.project_id(), "prj_01hx");
    assert_eq!(claims.email(), Some("eve@example.com"));
}

#[test]
#[should_panic(expected = "every claim has its type: UnsupportedWalletType")]
fn claims_that_no_token_could_carry_panic() {
    let builder = SequenceClaims::builder().project_id("prj_01hx");
    let _ = builder.claim("wallet_type", "solana").build();
}

#[test]
fn debug_of_builder_holds_no_secret() {
    let builder = SequenceClaims::builder()
        .project_id("prj_01hx")
        .email("secret@example.com")
        .nonce("secret");
    let text = format!("{builder:?}");
    assert!(
        text.contains("prj_01hx") && !text.contains("secret"),
        "{text}"
    );
}
