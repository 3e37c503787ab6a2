//! The URLs that keys may be fetched from.

use std::fmt;

use reqwest::Url;

use crate::{
    error::{ConfigError, Escaped},
    jwks::host::Host,
};

/// The URL of a key document: `https`, or `http` on loopback.
pub(crate) struct KeyUrl {
    url: Url,
    host: Host,
}

impl KeyUrl {
    /// Parses the URL. Errors name `setting`, which the URL comes from.
    pub(crate) fn parse(setting: &'static str, text: &str) -> Result<Self, ConfigError> {
        let url = Url::parse(text)
            .map_err(|error| ConfigError::new(setting, "it is not a URL").with_source(error))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ConfigError::new(setting, "it holds credentials"));
        }
        // The parser has normalized names to lower case, and addresses to their usual form.
        let host = Host::of(url.host_str().unwrap_or_default());
        let url = Self { url, host };
        if !url.is_safe() {
            // Without the query, as everywhere.
            let url = Escaped(url);
            let problem = format!("`{url}` is neither https nor http on loopback");
            return Err(ConfigError::new(setting, problem));
        }
        Ok(url)
    }

    fn is_safe(&self) -> bool {
        match self.url.scheme() {
            "https" => true,
            "http" => self.is_loopback(),
            _ => false,
        }
    }

    pub(super) fn as_url(&self) -> &Url {
        &self.url
    }

    pub(super) fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.host != Host::Remote
    }

    /// Returns the host if it is a name for loopback.
    pub(super) fn loopback_name(&self) -> Option<&str> {
        let name = self.url.host_str()?;
        (self.host == Host::LoopbackName).then_some(name)
    }
}

/// Writes the URL without its query, which may hold a secret.
impl fmt::Display for KeyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        shown.set_query(None);
        shown.set_fragment(None);
        shown.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<KeyUrl, ConfigError> {
        KeyUrl::parse("jwks_url", url)
    }

    #[test]
    fn loopback_addresses_are_known_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1.2.3",
            "127.0.0.1.",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
        ] {
            let url = parse(&format!("http://{host}/")).expect(host);
            assert!(url.is_loopback() && url.loopback_name().is_none(), "{host}");
        }
    }

    #[test]
    fn loopback_names_are_known_in_any_case() {
        for (host, name) in [
            ("localhost", "localhost"),
            ("localhost.", "localhost."),
            ("LocalHost", "localhost"),
            ("local%68ost", "localhost"),
            ("keys.localhost", "keys.localhost"),
            ("a.b.LOCALHOST.", "a.b.localhost."),
        ] {
            let url = parse(&format!("http://{host}:3001/")).expect(host);
            assert_eq!(url.loopback_name(), Some(name));
        }
    }

    #[test]
    fn lookalikes_of_loopback_are_remote() {
        for host in [
            "localhost.evil.com",
            "foo.localhost.evil.com",
            "127.0.0.1.evil.com",
            "notlocalhost",
            "localhost..",
            "localhost-",
            "127.0.0.1.nip.io",
            "0.0.0.0",
            "0",
            "128.0.0.1",
            "0x7f000001.com",
            "[::]",
            "[::2]",
            "[::ffff:128.0.0.1]",
            "[fe80::1]",
            "evil.com#@localhost",
            "evil.com?localhost",
            "evil.com\\@localhost",
        ] {
            assert!(parse(&format!("http://{host}/")).is_err(), "{host}");
            if let Ok(url) = parse(&format!("https://{host}/")) {
                assert!(!url.is_loopback(), "{host}");
            }
        }
    }
}
