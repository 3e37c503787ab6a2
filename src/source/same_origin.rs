//! Detecting requests that a browser sent on behalf of another site.

use http::{
    HeaderMap, HeaderValue,
    header::{HOST, ORIGIN},
    uri::Authority,
};

use super::{headers::RequestHead, list::only_value};
use crate::defaults::LIMIT_ORIGIN_BYTES;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Returns `true` if `Sec-Fetch-Site` (W3C Fetch Metadata) or `Origin` (RFC 6454 §7) says that another origin made the
/// request, even an origin on the same registrable domain. Over HTTPS, browsers send at least one of these headers with
/// every request of another site.
pub(crate) fn is_cross_site(head: RequestHead<'_>) -> bool {
    let mut sites = head.headers.get_all(SEC_FETCH_SITE).iter();
    let is_own_site = |site: &HeaderValue| matches!(site.as_bytes(), b"same-origin" | b"none");
    !sites.all(is_own_site) || has_other_origin(head)
}

/// Returns `true` if the browser says that a page of the same origin made the request, but `Origin` does not match the
/// host. A proxy in front that changes `Host` causes this.
pub(crate) fn is_of_other_host(head: RequestHead<'_>) -> bool {
    let sites = head.headers.get_all(SEC_FETCH_SITE).iter();
    only_value(sites.map(HeaderValue::as_bytes)) == Some(b"same-origin") && has_other_origin(head)
}

fn has_other_origin(head: RequestHead<'_>) -> bool {
    head.headers.contains_key(ORIGIN) && !is_own_origin(head).unwrap_or(false)
}

/// Compares the origin with the host of the request. Returns `None` if either is missing, repeated, malformed or too
/// large. The origin `null` is malformed.
fn is_own_origin(head: RequestHead<'_>) -> Option<bool> {
    let (scheme, origin) = only_text(head.headers, ORIGIN.as_str())?.split_once("://")?;
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let (origin, host) = (origin.parse().ok()?, host(head)?);
    let (origin_name, origin_port) = name_and_port(&origin, default_port)?;
    let (host_name, host_port) = name_and_port(&host, default_port)?;
    Some(origin_name.eq_ignore_ascii_case(host_name) && origin_port == host_port)
}

/// Splits a host into name and port. Returns `None` for user information, which neither header may have, and for an
/// invalid port.
fn name_and_port(host: &Authority, default_port: u16) -> Option<(&str, u16)> {
    let name = host.host();
    let port = match host.as_str().strip_prefix(name)? {
        "" => default_port,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    Some((name, port))
}

/// Returns the host of the request: `:authority` of HTTP/2, or `Host`.
fn host(head: RequestHead<'_>) -> Option<Authority> {
    match head.uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => only_text(head.headers, HOST.as_str())?.parse().ok(),
    }
}

fn only_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let value = only_value(values).filter(|value| value.len() <= LIMIT_ORIGIN_BYTES)?;
    str::from_utf8(value).ok()
}
