//! The config key of a front end, which names a project and its environment.

use std::{borrow::Cow, str::FromStr};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::de::MapAccess;

use super::environment::Environment;
use crate::{
    encoding::json::{self, Members, Text},
    error::ConfigError,
};

/// The project ID and the environment in a front end's `waasConfigKey`.
///
/// The key is the base64 of a JSON object with `projectId` and `rpcServer`. `FromStr` accepts only the URLs of
/// Sequence's three environments as `rpcServer`. Otherwise a wrong key could make this backend trust another server.
///
/// A key is not a secret, but a [`ConfigError`] never quotes it.
#[cfg_attr(
    feature = "http",
    doc = "[`SequenceAuthLayer::from_config_key`](crate::SequenceAuthLayer::from_config_key) parses a key and builds a layer."
)]
///
/// # Example
///
/// ```
/// use sequence_auth::{ConfigKey, Environment};
///
/// let key: ConfigKey = "eyJwcm9qZWN0SWQiOjEzNjM5LCJycGNTZXJ2ZXIiOiJodHRwczovL3dhYXMuc2VxdWVuY2UuYXBwIn0="
///     .parse()?;
/// assert_eq!(key.project_id(), 13639);
/// assert_eq!(key.environment(), Environment::Production);
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConfigKey {
    project_id: u64,
    environment: Environment,
}

impl ConfigKey {
    /// Returns the project ID.
    #[must_use]
    pub fn project_id(self) -> u64 {
        self.project_id
    }

    /// Returns the environment of the project.
    #[must_use]
    pub fn environment(self) -> Environment {
        self.environment
    }
}

impl FromStr for ConfigKey {
    type Err = ConfigError;

    fn from_str(key: &str) -> Result<Self, ConfigError> {
        let key = key.trim();
        read_config_key(key).map_err(|problem| malformed(mistaken(key).unwrap_or(problem)))
    }
}

// An error never quotes a part of the key, not even in its source.
fn read_config_key(key: &str) -> Result<ConfigKey, &'static str> {
    let json = CONFIG_KEY_BASE64
        .decode(key)
        .map_err(|_| "it is not base64")?;
    let text = String::from_utf8(json).map_err(|_| NO_CONTENT)?;
    let content = json::read(&text, Content::default()).map_err(|_| NO_CONTENT)?;
    let project_id = content.project_id.ok_or("its JSON has no projectId")?;
    if project_id == 0 {
        return Err("its projectId is 0, which is not a project ID");
    }
    let rpc_server = content.rpc_server.ok_or("its JSON has no rpcServer")?;
    let environment = Environment::of_issuer(rpc_server.trim_end_matches('/'))
        .ok_or("its rpcServer is not one of Sequence's three environments; use the builder")?;
    Ok(ConfigKey {
        project_id,
        environment,
    })
}

/// Returns the likely mistake, if the text is one that users often pass instead of a config key.
fn mistaken(key: &str) -> Option<&'static str> {
    let quotes = ['"', '\'', '`', '\u{201c}', '\u{201d}'];
    if key.is_empty() {
        Some("it is empty")
    } else if key.starts_with(quotes) || key.ends_with(quotes) {
        Some("there are quotes around it")
    } else if key.starts_with('{') {
        Some("it is JSON; the config key is the base64 of this JSON")
    } else if key.contains('%') {
        Some("it is URL-encoded; decode it first")
    } else if key.bytes().all(|byte| byte.is_ascii_digit()) {
        Some("it is a number; use `SequenceAuthLayer::new` with a project ID")
    } else if key.starts_with("AQAAAA") {
        Some("it is a project's access key; use the `waasConfigKey` of the same project")
    } else if key.contains(char::is_whitespace) {
        Some("there is white space in it")
    } else {
        None
    }
}

// Sequence's SDK reads the key with `atob`: the standard alphabet, with or without padding.
const CONFIG_KEY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Default)]
struct Content<'de> {
    project_id: Option<u64>,
    rpc_server: Option<Cow<'de, str>>,
}

impl<'de> Members<'de> for Content<'de> {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "projectId" => self.project_id = Some(map.next_value()?),
            "rpcServer" => {
                let Text(server) = map.next_value()?;
                self.rpc_server = Some(server);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

const NO_CONTENT: &str = "it does not hold JSON with projectId and rpcServer";

fn malformed(problem: &'static str) -> ConfigError {
    ConfigError::new("waas_config_key", problem)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

    use super::*;

    fn key(json: &str) -> Result<ConfigKey, ConfigError> {
        STANDARD_NO_PAD.encode(json).parse()
    }

    #[test]
    fn every_environment_is_known_by_its_rpc_server() {
        for environment in Environment::ALL {
            for slash in ["", "/"] {
                let server = environment.issuer();
                let json = format!(
                    r#"{{"projectId":7,"rpcServer":"{server}{slash}","emailRegion":"ca-central-1"}}"#
                );
                let key = key(&json).expect("a known server");
                assert_eq!(key.environment(), environment);
                assert_eq!(key.project_id(), 7);
            }
        }
    }

    #[test]
    fn foreign_or_malformed_config_key_is_refused() {
        for json in [
            r#"{"projectId":7,"rpcServer":"https://waas.sequence.app.evil.example"}"#,
            r#"{"projectId":7,"rpcServer":"http://waas.sequence.app"}"#,
            r#"{"projectId":7}"#,
            r#"{"projectId":"7","rpcServer":"https://waas.sequence.app"}"#,
            r#"{"projectId":-7,"rpcServer":"https://waas.sequence.app"}"#,
            r#"[7,"https://waas.sequence.app"]"#,
            r#"{"projectId":7,"rpcServer":"https://waas.sequence.app","a":1,"a":2}"#,
            "[]",
            "",
        ] {
            let error = key(json).expect_err(json);
            assert_eq!(error.setting(), "waas_config_key");
        }
        assert!("*".parse::<ConfigKey>().is_err());
        assert!(key(r#"{"projectId":0,"rpcServer":"https://waas.sequence.app"}"#).is_err());
        let invalid_utf8 =
            b"{\"a\":\"\xf2\",\"projectId\":7,\"rpcServer\":\"https://waas.sequence.app\"}";
        let key = STANDARD_NO_PAD.encode(invalid_utf8);
        assert!(key.parse::<ConfigKey>().is_err());
    }

    #[test]
    fn usual_mistakes_are_named_and_never_quoted() {
        const JSON: &str = r#"{"projectId":13639,"rpcServer":"https://waas.sequence.app"}"#;
        let good = STANDARD.encode(JSON);
        for (wrong, told) in [
            (String::new(), "empty"),
            (" \n".to_owned(), "empty"),
            (format!("\"{good}\""), "quotes"),
            (format!("'{good}'\n"), "quotes"),
            (format!("'{good}"), "quotes"),
            (format!("{good}'"), "quotes"),
            (format!("\u{201c}{good}\u{201d}"), "quotes"),
            (good.replace('=', "%3D"), "URL-encoded"),
            (JSON.to_owned(), "JSON"),
            ("13639".to_owned(), "number"),
            (
                "AQAAAAAAADVH8R2AGuQhwQ1y8NaEf1T7PJM".to_owned(),
                "access key",
            ),
            ("AQAAAAAAADVH8R2AGuQhwQ1y8NaEf1T7".to_owned(), "access key"),
            (format!("{} {}", &good[..8], &good[8..]), "white space"),
            ("~SECRET~".to_owned(), "not base64"),
            (STANDARD.encode("SECRET"), "JSON"),
            (STANDARD.encode(r#"{"rpcServer":"SECRET"}"#), "projectId"),
            (STANDARD.encode(r#"{"projectId":7}"#), "rpcServer"),
            (STANDARD.encode(r#"{"projectId":"SECRET"}"#), "projectId"),
            (
                STANDARD.encode(r#"{"projectId":7,"rpcServer":"SECRET"}"#),
                "rpcServer",
            ),
            (STANDARD.encode(JSON.replace("13639", "0")), "0"),
        ] {
            let error = wrong.parse::<ConfigKey>().expect_err(&wrong);
            let text = error.to_string();
            assert!(text.starts_with("waas_config_key: "), "{text}");
            assert!(text.contains(told), "{wrong}: {text}");
            let all = format!("{text}{error:?}{:?}", std::error::Error::source(&error));
            for part in ["SECRET", &good[..8], "13639"] {
                assert!(!all.contains(part), "{all}");
            }
        }
        assert!(format!(" {good}\n").parse::<ConfigKey>().is_ok());
    }
}
