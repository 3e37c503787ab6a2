//! Each nonce has its own cookie, so logins in the same browser do not disturb each other.

mod browser;
mod cookies;
mod origins;
mod other_bindings;
mod settings;

use http::{Request, Response, StatusCode};
use sequence_auth::{
    AuthErrorKind as Kind, LoginCookies, NonceKey, Nonces, NoncesBuilder, SequenceAuthLayer,
};

use self::browser::Browser;
use crate::{
    login::{assert_accepted, assert_refused, next_millisecond, token, with_cookie},
    support::layer,
};

fn nonces_with(change: impl FnOnce(NoncesBuilder) -> NoncesBuilder) -> Nonces {
    change(Nonces::builder(NonceKey::random())).build().unwrap()
}

fn nonces_of(cookies: LoginCookies) -> Nonces {
    nonces_with(|nonces| nonces.bound_by_login_cookies(cookies))
}

/// A login with the default cookies.
fn login() -> (SequenceAuthLayer, Nonces) {
    let nonces = nonces_of(LoginCookies::default());
    (layer().with_nonces(nonces.clone()), nonces)
}

/// Returns the nonce of a response.
#[track_caller]
fn nonce(response: &Response<String>) -> String {
    assert_eq!(response.status(), StatusCode::OK);
    let nonce = response.body().strip_prefix(r#"{"nonce":""#);
    let nonce = nonce.and_then(|nonce| nonce.strip_suffix(r#""}"#));
    nonce.expect("a nonce").to_owned()
}

fn set_cookies(response: &Response<String>) -> Vec<&str> {
    let values = response.headers().get_all("set-cookie").iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test]
async fn answers_to_one_browser_at_the_same_time_are_all_good_for_a_login() {
    let (login, nonces) = login();
    let mut browser = Browser::default();
    let answers = [(); 3].map(|()| nonces.respond_to(&browser.request()));
    for answer in &answers {
        browser.receive(answer);
    }
    for answer in &answers {
        let request = with_cookie(&token(&nonce(answer)), &browser.cookies());
        assert_accepted(&login, request).await;
    }
}

#[tokio::test]
async fn later_nonce_leaves_the_earlier_ones_good() {
    let (login, nonces) = login();
    let mut browser = Browser::default();
    let tabs: Vec<_> = (0..8).map(|_| browser.ask(&nonces)).collect();
    for tab in tabs {
        let request = with_cookie(&token(&tab), &browser.cookies());
        assert_accepted(&login, request).await;
        let replayed = with_cookie(&token(&tab), &browser.cookies());
        assert_refused(&login, replayed, Kind::UsedNonce).await;
    }
}

#[tokio::test]
async fn ninth_nonce_ends_the_oldest_login() {
    let (login, nonces) = login();
    let mut browser = Browser::default();
    let tabs: Vec<_> = (0..9)
        .map(|_| {
            next_millisecond();
            browser.ask(&nonces)
        })
        .collect();
    assert_eq!(browser.names().len(), 8);
    let oldest = with_cookie(&token(&tabs[0]), &browser.cookies());
    assert_refused(&login, oldest, Kind::MissingBinding).await;
    for tab in &tabs[1..] {
        let request = with_cookie(&token(tab), &browser.cookies());
        assert_accepted(&login, request).await;
    }
}

#[tokio::test]
async fn nonce_of_another_browser_is_refused() {
    let (login, nonces) = login();
    let (mut attacker, mut victim) = (Browser::default(), Browser::default());
    let stolen = token(&attacker.ask(&nonces));
    let none = with_cookie(&stolen, "a=b");
    assert_refused(&login, none, Kind::MissingBinding).await;
    victim.ask(&nonces);
    let own = with_cookie(&stolen, &victim.cookies());
    assert_refused(&login, own, Kind::MissingBinding).await;
    let (name, value) = (attacker.names().remove(0), victim.values().remove(0));
    for other in [
        value,
        attacker.values().remove(0).to_uppercase(),
        "x".to_owned(),
    ] {
        let renamed = with_cookie(&stolen, &format!("{name}={other}"));
        assert_refused(&login, renamed, Kind::OtherBinding).await;
    }
    let right = attacker.cookies();
    for cookies in [
        format!("{name}="),
        format!("{right}; {right}"),
        format!("{name}=x; {right}"),
        right
            .to_lowercase()
            .replace("__host-login-", "__Host-Login-"),
        format!("x{right}"),
        format!("{}{right}", "a=b; ".repeat(4_000)),
    ] {
        let request = with_cookie(&stolen, &cookies);
        assert_refused(&login, request, Kind::MissingBinding).await;
    }
    assert_accepted(&login, with_cookie(&stolen, &right)).await;
}

#[tokio::test]
async fn nonce_is_good_for_its_own_prefix() {
    let key = NonceKey::random();
    let of = |prefix: &str| {
        let cookies = LoginCookies::new(prefix);
        let nonces = Nonces::builder(key.clone()).bound_by_login_cookies(cookies);
        nonces.scope("one").build().unwrap()
    };
    let (issuing, checking) = (of("__Host-a-"), of("__Host-b-"));
    let mut browser = Browser::default();
    let token = token(&browser.ask(&issuing));
    let request = with_cookie(&token, &browser.cookies());
    assert_refused(
        &layer().with_nonces(checking),
        request,
        Kind::MissingBinding,
    )
    .await;
    let request = with_cookie(&token, &browser.cookies());
    assert_accepted(&layer().with_nonces(issuing), request).await;
}

#[tokio::test]
async fn token_in_a_later_message_is_judged_by_the_headers_of_the_request() {
    let (login, nonces) = login();
    let verifier = login
        .load(async |_| Ok::<_, String>(Some("a row")))
        .verifier();
    let mut browser = Browser::default();
    let token = token(&browser.ask(&nonces));
    let (own, foreign) = (browser.request(), Browser::default().request());
    let verified = verifier.verify_with_headers(&token, own.headers()).await;
    let (claims, loaded) = verified.expect("the cookie is there");
    assert_eq!(claims.email(), Some("player@example.com"));
    assert_eq!(loaded.get(), Some(&"a row"));
    for (request, kind) in [(own, Kind::UsedNonce), (foreign, Kind::MissingBinding)] {
        let refused = verifier.verify_with_headers(&token, request.headers());
        assert_eq!(refused.await.unwrap_err().kind(), kind);
    }
}

fn request() -> Request<()> {
    Request::get("/nonce").body(()).unwrap()
}
