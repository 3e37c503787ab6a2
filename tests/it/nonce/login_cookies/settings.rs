//! Cookies that no browser would keep, or that others could set, are refused.

use sequence_auth::{LoginCookies, NonceKey, Nonces};

#[track_caller]
fn problem(cookies: LoginCookies) -> String {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies);
    let error = nonces.build().unwrap_err();
    assert_eq!(error.setting(), "bound_by_login_cookies");
    error.to_string()
}

#[track_caller]
fn assert_valid(cookies: LoginCookies) {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies);
    nonces.build().unwrap();
}

#[test]
fn prefix_is_the_beginning_of_a_cookies_name() {
    for prefix in [
        "",
        "__Host-a b",
        "__Host-a=",
        "__Host-a;",
        "__Host-é",
        "__Host-\n",
    ] {
        let told = problem(LoginCookies::new(prefix));
        let expected = "is not the beginning of a cookie's name";
        assert!(told.ends_with(expected), "{told}");
    }
    assert_valid(LoginCookies::new("__Host-"));
}

#[test]
fn other_hosts_can_set_no_cookie() {
    for prefix in ["login-", "__Secure-login-", "__host-login-", "x__Host-"] {
        let told = problem(LoginCookies::new(prefix));
        assert!(told.contains("other hosts could set the cookies"), "{told}");
    }
}

#[test]
fn cookies_over_plain_http_have_a_plain_prefix_and_are_for_no_frame() {
    for prefix in ["__Host-login-", "__Secure-login-"] {
        let told = problem(LoginCookies::new(prefix).allow_plain_http());
        assert!(told.ends_with("over plain HTTP"), "{told}");
    }
    let plain = LoginCookies::new("login-").allow_plain_http();
    assert_valid(plain.clone());
    let told = problem(plain.allow_cross_site_frames());
    assert!(told.contains("frames"), "{told}");
}

#[test]
fn origin_is_written_as_browsers_send_it() {
    for origin in [
        "",
        "null",
        "*",
        "play.example.com",
        "https://",
        "https://play.example.com/",
        "https://play.example.com/path",
        "https://play.example.com?query",
        "https://Play.example.com",
        "HTTPS://play.example.com",
        "https://play.example.com:443",
        "http://play.example.com:80",
        "https://play.example.com:",
        "https://user@play.example.com",
        "https://*.example.com",
        "ftp://play.example.com",
        " https://play.example.com",
    ] {
        let told = problem(LoginCookies::default().allow_origin(origin));
        assert!(
            told.contains("is not an origin as browsers send it"),
            "{told}"
        );
    }
    for origin in [
        "https://play.example.com",
        "http://localhost:5173",
        "http://game.localhost",
        "http://127.0.0.1:443",
        "https://play.example.com:8443",
        "http://[::1]:3000",
    ] {
        assert_valid(LoginCookies::default().allow_origin(origin));
    }
}

#[test]
fn origin_that_anybody_on_the_network_could_be_is_refused() {
    for origin in ["http://play.example.com", "http://192.168.0.7:3000"] {
        let told = problem(LoginCookies::default().allow_origin(origin));
        assert!(told.contains("is plain HTTP"), "{told}");
        let plain = LoginCookies::new("login-").allow_plain_http();
        assert_valid(plain.allow_origin(origin));
    }
}

#[test]
fn nonce_has_one_binding() {
    let builder = || Nonces::builder(NonceKey::random());
    let cookies = LoginCookies::default;
    for (builder, told) in [
        (
            builder()
                .bound_by_login_cookies(cookies())
                .bound_by_cookie("a"),
            "bound_by_login_cookies: bound_by_cookie is set too, and a nonce has one binding",
        ),
        (
            builder()
                .bound_by_header("a")
                .bound_by_login_cookies(cookies()),
            "bound_by_header: bound_by_login_cookies is set too, and a nonce has one binding",
        ),
    ] {
        assert_eq!(builder.build().unwrap_err().to_string(), told);
    }
}
