//! Nonces whose binding takes long to find, and requests for nonces.

use bytes::Bytes;
use http::{Request, StatusCode, header::SET_COOKIE};
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
    let (nonce, cookie) = nonce_with_cookie(&nonces);
    let token = issuer.token().nonce(&nonce).mint();
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
            "16 KiB of the name of its cookie",
            Kind::MissingBinding,
            &token,
            as_list(&format!("{cookie}; ")),
        ),
        (
            "16 KiB of names that end like its cookie's",
            Kind::MissingBinding,
            &token,
            as_list(&format!("x{cookie}=; ")),
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

/// Returns a nonce, and the name of its cookie.
fn nonce_with_cookie(nonces: &Nonces) -> (String, String) {
    let answer = nonces.respond_to(&Request::new(()));
    let nonce = answer.body().split('"').nth(3).unwrap();
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    let (name, _) = cookie.split_once('=').unwrap();
    (nonce.to_owned(), name.to_owned())
}

/// A request for a nonce: its name, and the status of its response.
type Named = (&'static str, StatusCode, Request<Full<Bytes>>);

/// Nonces, and requests for one that take long to answer.
pub fn requests_for_nonces() -> (Nonces, [Named; 5]) {
    let requests = [
        ("390 kB of cookies", 400, "cookie", as_header("a=b; ")),
        ("16 KiB of cookies", 400, "cookie", as_list("a=b; ")),
        ("128 login cookies", 200, "cookie", login_cookies(128)),
        (
            "390 kB of login cookies",
            400,
            "cookie",
            login_cookies(9000),
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

/// Login cookies in an order that takes long to sort.
fn login_cookies(count: u64) -> String {
    let ids = (0..count).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let cookies: Vec<_> = ids.map(|id| format!("__Host-login-{id:024x}=")).collect();
    cookies.join("; ")
}

fn login_nonces() -> Nonces {
    let nonces =
        Nonces::builder(NonceKey::random()).bound_by_login_cookies(LoginCookies::default());
    nonces.build().unwrap()
}
