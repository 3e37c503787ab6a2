//! The project must be an id of OMS Wallet. Other keys and ids from its console are refused.

use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder};

use super::URL;
use crate::middleware::builder::assert_refused;

fn with_project(id: &str) -> SequenceAuthLayerBuilder {
    SequenceAuthLayer::oms_wallet(id, URL)
}

#[test]
fn number_as_project_is_refused() {
    for id in ["13639", "0", "007", "18446744073709551615"] {
        let error = assert_refused(with_project(id), "project_id", "it is a number");
        let text = error.to_string();
        assert!(text.contains("start with `prj_`"), "{text}");
        assert!(text.contains("`SequenceAuthLayer::new`"), "{text}");
    }
}

#[test]
fn publishable_key_as_project_is_refused() {
    for id in ["pk_", "pk_live_secretkey", "pk_01hx"] {
        let error = assert_refused(with_project(id), "project_id", "publishable key");
        let text = error.to_string();
        assert!(text.contains("`pk_`"), "{text}");
        assert!(text.contains("starts with `prj_`"), "{text}");
        assert!(!text.contains("secretkey"), "{text}");
    }
}

#[test]
fn blank_project_is_refused() {
    for id in ["", " ", "\t\n", "\u{a0}"] {
        assert_refused(with_project(id), "project_id", "it is blank");
    }
}

#[test]
fn project_with_hidden_character_is_refused() {
    for hidden in [
        " ", "\t", "\n", "\r", "\u{a0}", "\0", "\u{7f}", "\u{200b}", "\u{feff}", "\u{202e}",
    ] {
        for id in [
            format!("{hidden}prj_01hx"),
            format!("prj_{hidden}01hx"),
            format!("prj_01hx{hidden}"),
        ] {
            let told = "white space, a control or an invisible character";
            assert_refused(with_project(&id), "project_id", told);
        }
    }
}

#[test]
fn any_other_text_may_be_project() {
    for id in ["prj_01hx", "PRJ", "project", "13639x", "pkg_1", "-1", "é"] {
        with_project(id).build().unwrap();
    }
}
