//! The options.

use sequence_auth::SequenceAuthLayer;

use test_support::{ISSUER, PROJECT};

use super::parse;
use crate::{issuer::DemoIssuer, issuer_options::IssuerChoice};

/// `{"projectId":7,"rpcServer":"https://dev-waas.sequence.app"}` in base64.
const DEV_KEY: &str =
    "eyJwcm9qZWN0SWQiOjcsInJwY1NlcnZlciI6Imh0dHBzOi8vZGV2LXdhYXMuc2VxdWVuY2UuYXBwIn0=";

#[test]
fn the_demo_issuer_listens_on_loopback_only() {
    for address in ["127.0.0.1:3001", "127.8.8.8:0", "[::1]:3001"] {
        let choice = parse(&["--demo-listen", address]).trust.issuer.choice();
        assert!(matches!(choice, Ok(IssuerChoice::Demo(_))), "{address}");
    }
    for address in ["0.0.0.0:3001", "192.168.0.7:3001", "[::]:3001"] {
        let Err(problem) = parse(&["--demo-listen", address]).trust.issuer.choice() else {
            panic!("{address}");
        };
        assert!(problem.contains("not a loopback address"), "{problem}");
    }
}

#[test]
fn the_demo_issuer_runs_unless_somebody_else_is_named() {
    for (options, demo) in [
        (&[][..], true),
        (&["--project-id", "7", "--demo-listen", "127.0.0.1:0"], true),
        (&["--project-id", "7"], false),
        (&["--project-id", "7", "--issuer", "https://i.test"], false),
        (
            &["--project-id", "7", "--jwks-url", "https://i.test"],
            false,
        ),
    ] {
        let choice = parse(options).trust.issuer.choice().unwrap();
        assert_eq!(matches!(choice, IssuerChoice::Demo(_)), demo, "{options:?}");
    }
}

#[test]
fn the_refetch_cool_down_reaches_the_layer() {
    let build = |issuer: &str, options: &[&str]| {
        let builder = SequenceAuthLayer::builder(7).issuer(issuer);
        parse(options).trust.build(builder)
    };
    let (demo, elsewhere) = ("http://127.0.0.1:3001", "https://issuer.example");
    assert!(build(elsewhere, &[]).is_ok());
    assert!(build(elsewhere, &["--refetch-cooldown", "1"]).is_ok());
    assert!(build(demo, &["--refetch-cooldown", "0"]).is_ok());
    for (issuer, seconds) in [(demo, "86400"), (elsewhere, "0")] {
        let problem = build(issuer, &["--refetch-cooldown", seconds]).unwrap_err();
        assert!(problem.to_string().contains("refetch_cooldown"));
    }
}

#[test]
fn the_page_signs_in_where_the_tokens_are_from() {
    for (options, issuer) in [
        (&["--project-id", "7"][..], "https://waas.sequence.app"),
        (
            &["--project-id", "7", "--issuer", "https://i.test"],
            "https://i.test",
        ),
        (&["--config-key", DEV_KEY], "https://dev-waas.sequence.app"),
        (
            &["--config-key", DEV_KEY, "--issuer", "https://i.test"],
            "https://i.test",
        ),
    ] {
        let page = parse(options).page(None).unwrap();
        let trusted = page.embedded_wallet.unwrap();
        assert_eq!(trusted.project_id, 7, "{options:?}");
        assert_eq!(trusted.issuer, issuer, "{options:?}");
        assert_eq!(page.access_key, None, "{options:?}");
        assert!(!page.demo);
    }
}

#[test]
fn the_page_has_an_access_key_if_one_is_given_or_the_issuer_is_the_demo_s() {
    let options = ["--project-id", "7", "--access-key", "key"];
    let page = parse(&options).page(None).unwrap();
    assert_eq!(page.access_key.as_deref(), Some("key"));
    let demo = DemoIssuer::new(ISSUER.clone(), PROJECT);
    let page = parse(&[]).page(Some(&demo)).unwrap();
    assert!(page.demo && page.access_key.is_some());
    assert_eq!(page.embedded_wallet.unwrap().issuer, ISSUER.url());
    let oms_wallet = page.oms_wallet.unwrap();
    assert_eq!(oms_wallet.project_id, "prj_demo");
    assert_eq!(oms_wallet.issuer, format!("{}/oms", ISSUER.url()));
}
