//! A layer from environment variables: the issuers that it trusts, and the variable that each error names.
//!
//! A process cannot change its own environment safely, so each case runs in a process of its own.

use std::ffi::{OsStr, OsString};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sequence_auth::{IssuerHealth, SequenceAuthLayer};

use crate::support::child;

const CONFIG_KEY: &str = "SEQUENCE_CONFIG_KEY";
const PROJECT_ID: &str = "SEQUENCE_PROJECT_ID";
const ENVIRONMENT: &str = "SEQUENCE_ENVIRONMENT";
const OMS_PROJECT_ID: &str = "OMS_PROJECT_ID";
const OMS_TOKEN_ISSUER: &str = "OMS_TOKEN_ISSUER";
const ALL: [&str; 5] = [
    CONFIG_KEY,
    PROJECT_ID,
    ENVIRONMENT,
    OMS_PROJECT_ID,
    OMS_TOKEN_ISSUER,
];

const PRODUCTION: &str = "https://waas.sequence.app";
const NEXT: &str = "https://next-waas.sequence.app";
const DEV: &str = "https://dev-waas.sequence.app";
const OMS: &str = "https://issuer.example";
const OMS_WALLET: [(&str, &str); 2] = [(OMS_PROJECT_ID, "prj_01"), (OMS_TOKEN_ISSUER, OMS)];

type Variables<'a> = &'a [(&'static str, &'a str)];

fn config_key(project_id: u64, server: &str) -> String {
    STANDARD.encode(format!(
        r#"{{"projectId":{project_id},"rpcServer":"{server}"}}"#
    ))
}

/// Creates a layer in a process with these variables, and returns the output.
#[track_caller]
fn from_env<V: AsRef<OsStr>>(variables: impl IntoIterator<Item = (&'static str, V)>) -> String {
    let mut command = child::command("middleware::from_env::layer_is_made_from_the_environment");
    for name in ALL {
        command.env_remove(name);
    }
    child::run_command(command.envs(variables))
}

/// Checks the issuers that a layer trusts, and their projects.
#[track_caller]
fn assert_trusts(variables: Variables<'_>, issuers: &[&str], projects: &[&str]) {
    let said = from_env(variables.iter().copied());
    assert!(said.contains(&format!("trusts {issuers:?}")), "{said}");
    for project in projects {
        assert!(said.contains(&format!("projects: [{project:?}]")), "{said}");
    }
    assert_eq!(
        said.matches("projects: [").count(),
        projects.len(),
        "{said}"
    );
}

/// Checks the variable that an error names, and the rest of its text.
#[track_caller]
fn assert_refused(variables: Variables<'_>, setting: &str, mentions: &str) {
    let said = from_env(variables.iter().copied());
    let expected = format!("{setting} is refused\n{setting}: ");
    assert!(said.contains(&expected), "{said}");
    assert!(said.contains(mentions), "{said}");
}

#[test]
fn project_id_is_one_of_production() {
    assert_trusts(&[(PROJECT_ID, "13639")], &[PRODUCTION], &["13639"]);
}

#[test]
#[ignore = "is run by the test above, in a process of its own"]
fn layer_is_made_from_the_environment() {
    match SequenceAuthLayer::from_env() {
        // Outside a runtime, so no keys are fetched.
        Ok(layer) => {
            let health = layer.health();
            let issuers: Vec<_> = health.issuers().iter().map(IssuerHealth::issuer).collect();
            println!("trusts {issuers:?}\n{layer:?}");
        }
        Err(error) => println!("{} is refused\n{error}", error.setting()),
    }
}

#[test]
fn environment_goes_with_a_project_id() {
    for (environment, issuer) in [
        ("production", PRODUCTION),
        ("next", NEXT),
        ("dev", DEV),
        ("DEV", DEV),
    ] {
        let variables = [(PROJECT_ID, "7"), (ENVIRONMENT, environment)];
        assert_trusts(&variables, &[issuer], &["7"]);
    }
}

#[test]
fn config_key_says_project_and_environment() {
    let key = config_key(7, DEV);
    assert_trusts(&[(CONFIG_KEY, &key)], &[DEV], &["7"]);
}

#[test]
fn oms_wallet_is_trusted_alone_or_as_well() {
    let [project, issuer] = OMS_WALLET;
    assert_trusts(&OMS_WALLET, &[OMS], &["prj_01"]);
    let both = [(PROJECT_ID, "7"), project, issuer];
    assert_trusts(&both, &[PRODUCTION, OMS], &["7", "prj_01"]);
    let key = config_key(7, NEXT);
    let both = [(CONFIG_KEY, &*key), project, issuer];
    assert_trusts(&both, &[NEXT, OMS], &["7", "prj_01"]);
}

#[test]
fn empty_variable_counts_as_unset() {
    fn with<'a>(variables: Variables<'a>) -> Vec<(&'static str, &'a str)> {
        [&ALL.map(|name| (name, "")), variables].concat()
    }
    assert_trusts(&with(&[(PROJECT_ID, "7")]), &[PRODUCTION], &["7"]);
    let key = config_key(7, DEV);
    assert_trusts(&with(&[(CONFIG_KEY, &key)]), &[DEV], &["7"]);
    assert_trusts(&with(&OMS_WALLET), &[OMS], &["prj_01"]);
    assert_refused(&with(&[]), PROJECT_ID, "it is not set");
}

#[test]
fn nothing_set_names_all_that_may_be() {
    for name in [CONFIG_KEY, OMS_PROJECT_ID, OMS_TOKEN_ISSUER] {
        assert_refused(&[], PROJECT_ID, name);
    }
}

#[test]
fn half_of_a_pair_names_the_other_half() {
    let [project, issuer] = OMS_WALLET;
    let environment = (ENVIRONMENT, "dev");
    for (variables, missing, mentions) in [
        (&[environment][..], PROJECT_ID, ENVIRONMENT),
        (&[environment, project, issuer], PROJECT_ID, ENVIRONMENT),
        (&[project], OMS_TOKEN_ISSUER, OMS_PROJECT_ID),
        (&[issuer], OMS_PROJECT_ID, OMS_TOKEN_ISSUER),
        (
            &[(PROJECT_ID, "7"), project],
            OMS_TOKEN_ISSUER,
            OMS_PROJECT_ID,
        ),
        (
            &[(PROJECT_ID, "7"), issuer],
            OMS_PROJECT_ID,
            OMS_TOKEN_ISSUER,
        ),
    ] {
        assert_refused(variables, missing, mentions);
    }
}

#[test]
fn config_key_stands_alone() {
    let key = config_key(7, DEV);
    let key = (CONFIG_KEY, &*key);
    // They are refused even if both have the same content.
    let (project, environment) = ((PROJECT_ID, "7"), (ENVIRONMENT, "dev"));
    for (variables, other) in [
        (&[key, project][..], PROJECT_ID),
        (&[key, environment], ENVIRONMENT),
        (&[key, project, environment], PROJECT_ID),
    ] {
        assert_refused(variables, CONFIG_KEY, other);
    }
}

#[test]
fn nonsense_is_told_by_its_variable() {
    let oms_project = |value| [(OMS_PROJECT_ID, value), OMS_WALLET[1]];
    let oms_issuer = |value| [OMS_WALLET[0], (OMS_TOKEN_ISSUER, value)];
    let other_server = config_key(7, "https://waas.example");
    for (variables, setting, mentions) in [
        (
            &[(PROJECT_ID, "abc")][..],
            PROJECT_ID,
            "`abc` is not the number",
        ),
        (&[(PROJECT_ID, "0")], PROJECT_ID, "0 is not a project ID"),
        (&[(PROJECT_ID, "-1")], PROJECT_ID, "`-1`"),
        (&[(PROJECT_ID, "7 ")], PROJECT_ID, "`7 `"),
        (
            &[(PROJECT_ID, "18446744073709551616")],
            PROJECT_ID,
            "is not the number",
        ),
        (
            &[(PROJECT_ID, "prj_01")],
            PROJECT_ID,
            "goes to OMS_PROJECT_ID",
        ),
        (
            &[(PROJECT_ID, "7"), (ENVIRONMENT, "staging")],
            ENVIRONMENT,
            "one of production, next, dev",
        ),
        (&[(CONFIG_KEY, "!")], CONFIG_KEY, "it is not base64"),
        (&[(CONFIG_KEY, &other_server)], CONFIG_KEY, "rpcServer"),
        (&oms_project(" "), OMS_PROJECT_ID, "it is blank"),
        (&oms_project("pk_01"), OMS_PROJECT_ID, "publishable key"),
        (&oms_project("7"), OMS_PROJECT_ID, "it is a number"),
        (
            &oms_issuer("issuer.example"),
            OMS_TOKEN_ISSUER,
            "absolute URL",
        ),
        (
            &oms_issuer("http://issuer.example"),
            OMS_TOKEN_ISSUER,
            "https",
        ),
        (&oms_issuer(PRODUCTION), OMS_TOKEN_ISSUER, "Embedded Wallet"),
    ] {
        assert_refused(variables, setting, mentions);
    }
    // Even if the other issuer's variables are good.
    let [project, _] = OMS_WALLET;
    let both = [(PROJECT_ID, "7"), project, (OMS_TOKEN_ISSUER, "x")];
    assert_refused(&both, OMS_TOKEN_ISSUER, "absolute URL");
    let both = [(PROJECT_ID, "x"), project, OMS_WALLET[1]];
    assert_refused(&both, PROJECT_ID, "`x`");
}

/// A config key is public, but a text in its place may be a secret.
#[test]
fn refusal_does_not_repeat_the_config_key() {
    let said = from_env([(CONFIG_KEY, "c2VjcmV0LWtleQ==")]);
    assert!(said.contains("SEQUENCE_CONFIG_KEY is refused"), "{said}");
    assert!(
        !said.contains("c2VjcmV0") && !said.contains("secret-key"),
        "{said}"
    );
}

#[test]
fn value_is_escaped() {
    assert_refused(
        &[(PROJECT_ID, "7\x1b[31m\n")],
        PROJECT_ID,
        r"`7\u{1b}[31m\n`",
    );
    let variables = [(PROJECT_ID, "7"), (ENVIRONMENT, "dev\n")];
    assert_refused(&variables, ENVIRONMENT, r"`dev\n`");
}

#[cfg(unix)]
#[test]
fn variable_that_is_no_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt as _;

    for name in ALL {
        let said = from_env([(name, OsString::from_vec(vec![b'7', 0xff]))]);
        let expected = format!("{name} is refused\n{name}: it is not valid Unicode");
        assert!(said.contains(&expected), "{said}");
    }
}
