//! The options of OMS Wallet, alone and together with those of Embedded Wallet.

use sequence_auth::IssuerHealth;

use super::parse;
use crate::{server::options::Options, trust::with_oms_wallet};

const OMS: [&str; 4] = [
    "--oms-project-id",
    "prj_7",
    "--oms-token-issuer",
    "https://oms.test",
];

/// `{"projectId":7,"rpcServer":"https://dev-waas.sequence.app"}` in base64.
const DEV_KEY: &str =
    "eyJwcm9qZWN0SWQiOjcsInJwY1NlcnZlciI6Imh0dHBzOi8vZGV2LXdhYXMuc2VxdWVuY2UuYXBwIn0=";

fn beside_oms(options: &[&str]) -> Options {
    parse(&[&OMS, options].concat())
}

/// What the operator reads when the server does not start.
fn problem(options: &[&str]) -> String {
    let Err(problem) = with_oms_wallet(&parse(options).trust) else {
        panic!("{options:?}");
    };
    problem.to_string()
}

/// The issuers that the layer trusts, which the page shows too. The test waits for nothing, so no keys are fetched.
fn trusted(options: &Options) -> Vec<String> {
    let layer = with_oms_wallet(&options.trust).unwrap().unwrap();
    let health = layer.health();
    let trusted = health.issuers().iter().map(IssuerHealth::issuer);
    let trusted: Vec<_> = trusted.map(str::to_owned).collect();
    let page = options.page(None).unwrap();
    let embedded_wallet = page.embedded_wallet.map(|party| party.issuer);
    let oms_wallet = page.oms_wallet.map(|party| party.issuer);
    let told: Vec<_> = embedded_wallet.into_iter().chain(oms_wallet).collect();
    assert_eq!(told, trusted);
    assert!(!page.demo);
    trusted
}

#[tokio::test]
async fn oms_wallet_alone_is_trusted_alone() {
    for options in [
        &[][..],
        &["--oms-jwks-url", "https://keys.test"],
        &["--demo-listen", "127.0.0.1:0"],
        &["--access-key", "key"],
        &["--refetch-cooldown", "60"],
    ] {
        assert_eq!(trusted(&beside_oms(options)), ["https://oms.test"]);
    }
}

#[tokio::test]
async fn whom_an_option_names_is_trusted_beside_oms_wallet() {
    for (options, issuer) in [
        (&["--project-id", "7"][..], "https://waas.sequence.app"),
        (
            &["--project-id", "7", "--demo-listen", "127.0.0.1:0"],
            "https://waas.sequence.app",
        ),
        (
            &["--project-id", "7", "--issuer", "https://i.test"],
            "https://i.test",
        ),
        (&["--config-key", DEV_KEY], "https://dev-waas.sequence.app"),
    ] {
        let trusted = trusted(&beside_oms(options));
        assert_eq!(trusted, [issuer, "https://oms.test"]);
    }
}

#[test]
fn without_options_of_oms_wallet_there_is_none() {
    for options in [
        &[][..],
        &["--project-id", "7"],
        &["--oms-project-id", ""],
        &[
            "--oms-project-id",
            "",
            "--oms-token-issuer",
            "",
            "--oms-jwks-url",
            "",
        ],
    ] {
        assert!(with_oms_wallet(&parse(options).trust).unwrap().is_none());
    }
    let page = parse(&["--project-id", "7"]).page(None).unwrap();
    assert!(page.oms_wallet.is_none());
}

#[test]
fn half_of_oms_wallet_is_an_error_that_names_the_other_half() {
    let project = ["--oms-project-id", "prj_7", "--oms-token-issuer", ""];
    let issuer = ["--oms-token-issuer", "https://oms.test"];
    let keys = ["--oms-jwks-url", "https://keys.test"];
    for (options, needed) in [
        (
            &project[..],
            "--oms-token-issuer (OMS_TOKEN_ISSUER) is needed",
        ),
        (
            &project[..2],
            "--oms-token-issuer (OMS_TOKEN_ISSUER) is needed",
        ),
        (&issuer, "--oms-project-id (OMS_PROJECT_ID) is needed"),
        (
            &keys,
            "--oms-project-id (OMS_PROJECT_ID) and --oms-token-issuer",
        ),
    ] {
        let told = problem(options);
        assert!(told.contains(needed), "{told}");
    }
}

#[test]
fn half_of_embedded_wallet_beside_oms_wallet_is_an_error_as_without_it() {
    for options in [
        ["--issuer", "https://i.test"],
        ["--jwks-url", "https://i.test"],
        ["--audience-prefix", "https://i.test/"],
    ] {
        let told = problem(&[&OMS[..], &options].concat());
        assert!(told.contains("--project-id is needed"), "{told}");
    }
}

#[test]
fn a_mistake_is_told_by_the_option_that_it_is_in() {
    let with = |project, issuer, keys| {
        problem(&[
            "--oms-project-id",
            project,
            "--oms-token-issuer",
            issuer,
            "--oms-jwks-url",
            keys,
        ])
    };
    let (issuer, keys) = ("https://oms.test", "https://keys.test");
    for (told, option, cure) in [
        (with("pk_7", issuer, keys), "--oms-project-id", "`prj_`"),
        (with("13639", issuer, keys), "--oms-project-id", "a number"),
        (with("prj_7", "oms.test", keys), "--oms-token-issuer", "URL"),
        (
            with("prj_7", " https://oms.test", keys),
            "--oms-token-issuer",
            "white space",
        ),
        (
            with("prj_7", "https://waas.sequence.app", keys),
            "--oms-token-issuer",
            "Embedded",
        ),
        (
            with("prj_7", issuer, "http://keys.test"),
            "--oms-jwks-url",
            "https",
        ),
    ] {
        assert!(told.starts_with(option), "{told}");
        assert!(told.contains(cure), "{told}");
    }
}

#[test]
fn one_issuer_is_not_both() {
    let options = ["--project-id", "7", "--issuer", "https://oms.test"];
    let told = problem(&[&OMS[..], &options].concat());
    assert!(told.contains("https://oms.test"), "{told}");
}

#[test]
fn the_refetch_cool_down_is_that_of_both() {
    let told = problem(&[&OMS[..], &["--refetch-cooldown", "0"]].concat());
    assert!(told.contains("refetch_cooldown"), "{told}");
}
