use std::error::Error as _;

use super::*;

#[track_caller]
fn assert_refused(url: &str) {
    let error = RedisStore::new(url).expect_err(url);
    assert_eq!(error.setting(), "url");
    let told = format!("{error} {error:?} {:?}", error.source());
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn an_invalid_url_is_refused_without_its_password() {
    for url in [
        "",
        "redis",
        "redis://",
        "http://user:hunter2@localhost",
        "redis://user:hunter2@localhost:port",
        "redis://user:hunter2@localhost/database",
        "redis://user:hunter2@localhost/?protocol=4",
        "redis://user:hunter2%ff@localhost",
        "redis://user:hunter2@0.0.0.0",
        "rediss://user:hunter2@localhost/#insecure",
    ] {
        assert_refused(url);
    }
}

#[test]
fn debug_shows_the_address_but_no_password() {
    let store = RedisStore::new("rediss://user:hunter2@redis.example.com/1").expect("a URL");
    let told = format!("{store:?}");
    assert!(told.contains("redis.example.com:6379"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn debug_shows_nothing_of_a_client() {
    let client = Client::open("redis://user:hunter2@localhost").expect("a URL");
    let told = format!("{:?}", RedisStore::from_client(client));
    assert!(told.contains("of the client"), "{told}");
    assert!(
        !told.contains("hunter2") && !told.contains("user"),
        "{told}"
    );
}

#[test]
fn authorities_must_be_certificates_and_need_tls() {
    let refused = |url, pem: &[u8]| {
        let store = RedisStore::new(url).expect("a URL");
        let error = store.certificate_authorities(pem).expect_err(url);
        assert_eq!(error.setting(), "certificate_authorities");
    };
    let no_certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    refused("rediss://localhost", b"");
    refused("rediss://localhost", b"a certificate");
    refused("rediss://localhost", no_certificate);
    refused("redis://localhost", no_certificate);
}

#[test]
fn a_client_has_authorities_of_its_own() {
    let client = Client::open("rediss://localhost").expect("a URL");
    let error = RedisStore::from_client(client)
        .certificate_authorities(b"")
        .expect_err("the client connects");
    assert_eq!(error.setting(), "certificate_authorities");
    assert!(error.to_string().contains("of its own"), "{error}");
}
