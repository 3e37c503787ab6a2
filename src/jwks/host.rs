//! Whether a host is this machine.

use std::net::IpAddr;

/// The kind of host in a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    Remote,
    LoopbackAddress,
    /// `localhost`, or a name below it (RFC 6761 §6.3).
    LoopbackName,
}

impl Host {
    /// Classifies a name in lower case, or an address in its usual form. Every other text is remote.
    pub(crate) fn of(host: &str) -> Self {
        let name = host.strip_suffix('.').unwrap_or(host);
        let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
        if host.trim_matches(['[', ']']).parse().is_ok_and(is_loopback) {
            Self::LoopbackAddress
        } else if name == "localhost" || name.ends_with(".localhost") {
            Self::LoopbackName
        } else {
            Self::Remote
        }
    }
}
