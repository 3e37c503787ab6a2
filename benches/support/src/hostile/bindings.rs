//! Nonces whose binding takes long to find, and requests for nonces.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use sequence_auth::{
    AuthErrorKind as Kind, LoginCookies, NonceKey, Nonces, SequenceAuthLayer, testing::LocalIssuer,
};

use super::{Hostile, as_header, as_list, large, with_headers};

/// A layer that binds nonces to cookies of their own, and requests with good tokens whose nonce is refused.
pub fn bindings(
    issuer: &LocalIssuer,
    layer: SequenceAuthLayer,
) -> (SequenceAuthLayer, Vec<Hostile>) {
    let nonces = login_nonces();
    let token = issuer.token().nonce(&nonces.issue_for("a browser")).mint();
    let foreign = issuer.token().nonce(&"a".repeat(4096)).mint();
    let rows = [
        (
            "390 kB of cookies",
            Kind::MissingBinding,
            &token,
            as_header("a=b; "),
        ),
        (
            "16 KiB of cookies",
            Kind::MissingBinding,
            &token,
            as_list("a=b; "),
        ),
        (
            "16 KiB of names like a login's",
            Kind::MissingBinding,
            &token,
            as_list("__Host-login-=; "),
        ),
        (
            "16 KiB of cookies, a nonce of 4 KiB",
            Kind::ForeignNonce,
            &foreign,
            as_list("a=b; "),
        ),
    ];
    let requests = rows.map(|(name, expected, token, cookies)| {
        let mut request = with_headers("cookie", &[cookies]);
        let value = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", value);
        Hostile {
            good: large(issuer, token.len()),
            ..Hostile::new(issuer, (name, expected), request)
        }
    });
    (layer.with_nonces(nonces), requests.into())
}

/// A request for a nonce: its name, and the status of its refusal.
type Named = (&'static str, StatusCode, Request<Full<Bytes>>);

/// Nonces, and requests for one that are refused.
pub fn requests_for_nonces() -> (Nonces, [Named; 4]) {
    let requests = [
        ("390 kB of cookies", 400, "cookie", as_header("a=b; ")),
        ("16 KiB of cookies", 400, "cookie", as_list("a=b; ")),
        (
            "16 KiB of names like a login's",
            400,
            "cookie",
            as_list("__Host-login-=; "),
        ),
        (
            "an origin of 390 kB",
            403,
            "origin",
            format!("https://{}", as_header("a")),
        ),
    ];
    let request = |(name, status, header, value)| {
        let status = StatusCode::from_u16(status).unwrap();
        (name, status, with_headers(header, &[value]))
    };
    (login_nonces(), requests.map(request))
}

fn login_nonces() -> Nonces {
    let nonces =
        Nonces::builder(NonceKey::random()).bound_by_login_cookies(LoginCookies::default());
    nonces.build().unwrap()
}
