//! A token comes from `Authorization: Bearer` (RFC 6750 §2.1).

use http::{HeaderValue, Method, Request, StatusCode};
use sequence_auth::AuthErrorKind as Kind;

use crate::support::{
    ISSUER, PROJECT, Script, bearer, layer, send, with_authorization, with_field, without_token,
};

#[tokio::test]
async fn good_token_reaches_handler_as_claims() {
    let wallet = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
    let token = ISSUER
        .token()
        .wallet(wallet)
        .email("ann@example.com")
        .mint();
    let answer = send(&layer(), bearer(&token)).await;
    let claims = answer.claims();
    assert_eq!(claims.wallet().to_string(), wallet);
    assert_eq!(claims.email(), Some("ann@example.com"));
    assert_eq!(claims.project_number(), Some(PROJECT));
    assert_eq!(claims.issuer(), ISSUER.url());
    assert_eq!(&answer.body[..], b"inner");
}

#[tokio::test]
async fn scheme_case_and_extra_spaces_are_ignored() {
    let token = ISSUER.token().mint();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        for value in [
            format!("{scheme} {token}"),
            format!("{scheme}   {token}"),
            format!("{scheme} {token} "),
        ] {
            send(&layer(), with_authorization(&value)).await.claims();
        }
    }
}

#[tokio::test]
async fn malformed_bearer_header_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for value in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "bearer".to_owned(),
        format!("Bearer\t{token}"),
        format!("Bearer:{token}"),
        format!("Bearer={token}"),
        format!("Bearer/{token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token},"),
        format!("Bearer token={token};"),
        "Bearer tök.en.x".to_owned(),
    ] {
        let request = Request::get("/")
            .header(
                "authorization",
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            )
            .body(Script::empty())
            .unwrap();
        let answer = send(&layer(), request).await;
        assert_eq!(answer.kind(), Some(Kind::MalformedAuthorization), "{value}");
        answer.assert_refused(Kind::MalformedAuthorization);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn long_header_is_classified_by_its_start() {
    let long = |text: &str| text.repeat(400_000 / text.len());
    for (value, kind) in [
        (long("~"), Kind::MissingToken),
        (long("a"), Kind::MissingToken),
        (long(" "), Kind::MalformedAuthorization),
        (format!("Basic {}", long("a")), Kind::MissingToken),
        (format!("Bearer{}", long("~")), Kind::MissingToken),
        (format!("Bearer{}", long(",")), Kind::MalformedAuthorization),
        (format!("Bearer {}", long("a")), Kind::TokenTooLarge),
        (format!("Bearer {}", long(".")), Kind::TokenTooLarge),
        (format!("Bearer {}", long("\"")), Kind::TokenTooLarge),
        (format!("Bearer{}", long(" ")), Kind::MalformedAuthorization),
        (format!("Bearer{}x", long(" ")), Kind::TokenTooLarge),
        (format!("Bearer x{}", long(" ")), Kind::TokenTooLarge),
    ] {
        let answer = send(&layer(), with_authorization(&value)).await;
        assert_eq!(answer.kind(), Some(kind), "{value:.20}");
    }
}

#[tokio::test]
async fn malformed_token_is_unauthorized() {
    for text in ["x", "x.y.z", "x.y", "a.b.c.d", "..", "x.y.z=", "a/b+c.d~.e"] {
        send(&layer(), bearer(text))
            .await
            .assert_refused(Kind::MalformedToken);
    }
}

#[tokio::test]
async fn repeated_authorization_header_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for second in [format!("Bearer {token}"), "Basic dTpw".to_owned()] {
        let mut request = bearer(&token);
        request
            .headers_mut()
            .append("authorization", second.parse().unwrap());
        send(&layer(), request)
            .await
            .assert_refused(Kind::RepeatedAuthorization);
    }
}

#[tokio::test]
async fn other_scheme_is_ignored() {
    for value in [
        "Basic dTpw",
        "BearerX abc",
        "Digest a=\"b\"",
        "",
        "DPoP x.y.z",
    ] {
        send(&layer(), with_authorization(value))
            .await
            .assert_refused(Kind::MissingToken);
        let mut request = with_field(&ISSUER.token().mint());
        request
            .headers_mut()
            .insert("authorization", value.parse().unwrap());
        send(&layer(), request).await.claims();
    }
}

#[tokio::test]
async fn missing_token_is_unauthorized() {
    send(&layer(), without_token())
        .await
        .assert_refused(Kind::MissingToken);
}

#[tokio::test]
async fn verified_header_is_marked_sensitive() {
    let answer = send(&layer(), bearer(&ISSUER.token().mint())).await;
    assert!(answer.seen().headers["authorization"].is_sensitive());
}

#[tokio::test]
async fn every_method_is_authenticated() {
    for method in [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
        Method::DELETE,
        Method::from_bytes(b"BREW").unwrap(),
    ] {
        let mut request = without_token();
        *request.method_mut() = method.clone();
        send(&layer(), request)
            .await
            .assert_refused(Kind::MissingToken);
        let mut request = bearer(&ISSUER.token().mint());
        *request.method_mut() = method;
        send(&layer(), request).await.claims();
    }
}
