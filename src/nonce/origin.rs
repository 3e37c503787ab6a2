//! The form of the origins that may get nonces.

use http::Uri;

use crate::jwks::Host;

/// Returns an error text unless the text is an origin as browsers serialize it (HTML §7.1.1, "serialization of an
/// origin"), and an attacker on the network cannot impersonate it.
pub(super) fn problem(origin: &str, needs_https: bool) -> Option<String> {
    let uri = origin.parse().ok().filter(|uri| is_serialized(uri, origin));
    let Some(uri) = uri else {
        return Some(format!(
            "{origin:?} is not an origin as browsers send it, such as https://play.example.com"
        ));
    };
    let is_remote = Host::of(uri.host().unwrap_or_default()) == Host::Remote;
    let is_anybodys = needs_https && is_remote && uri.scheme_str() == Some("http");
    is_anybodys.then(|| {
        format!("{origin:?} is plain HTTP, so that anybody on the network could be this origin")
    })
}

/// Returns `true` if the text is exactly the origin of this URI.
fn is_serialized(uri: &Uri, text: &str) -> bool {
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return false;
    };
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return false,
    };
    let port = uri.port_u16().filter(|port| *port != default_port);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let origin = format!("{scheme}://{host}{port}").to_ascii_lowercase();
    !host.is_empty() && !host.contains('*') && origin == text
}
