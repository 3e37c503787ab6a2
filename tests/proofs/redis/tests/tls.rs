//! Over TLS, with an authority of one's own.

use std::{
    env, fs,
    net::{IpAddr, Ipv4Addr},
    process::Command,
    sync::Arc,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use redis::{
    Client, ClientTlsConfig, ConnectionAddr, TlsCertificates, TlsMode,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};
use redis_proofs::sentinel::{NAME, RedisSentinel};
use sequence_auth::RedisStore;
use tokio::sync::Mutex;

use crate::{
    keys::{first_use, key, settle},
    server::{PERMISSIONS, RedisServer, free_address, until},
};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "an authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for some address and its private key, as PEM texts.
fn certificate(authority: &Authority, name: Ipv4Addr) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(name))];
    let certificate = params.signed_by(&key, authority).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// A server with a certificate for some address, and the URL of its TLS port.
fn start_with_tls(authority: &Authority, name: Ipv4Addr) -> (RedisServer, String) {
    let redis = RedisServer::start();
    let (certificate, key) = certificate(authority, name);
    for (file, pem) in [("ca", authority.pem()), ("cert", certificate), ("key", key)] {
        fs::write(redis.directory().join(file), pem).unwrap();
    }
    let (address, directory) = (free_address(), redis.directory().display());
    redis.command::<()>(&format!(
        "CONFIG SET tls-port {} tls-auth-clients no tls-ca-cert-file {directory}/ca \
         tls-cert-file {directory}/cert tls-key-file {directory}/key",
        address.port()
    ));
    until("the TLS port is open", || {
        std::net::TcpStream::connect(address).is_ok()
    });
    (redis, format!("rediss://{address}"))
}

fn store(url: &str) -> RedisStore {
    RedisStore::new(url)
        .unwrap()
        .timeout(Duration::from_secs(10))
        .clock_tolerance(Duration::from_millis(100))
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_authority_of_ones_own_is_trusted_and_no_other_one() {
    let authority = authority();
    let (_redis, url) = start_with_tls(&authority, Ipv4Addr::LOCALHOST);
    let trusting = store(&url).certificate_authorities(authority.pem().as_bytes());
    settle(&trusting.unwrap()).await;
    let other = self::authority().pem();
    let suspicious = store(&url).certificate_authorities(other.as_bytes());
    first_use(&suspicious.unwrap(), &key()).await.unwrap_err();
    // Authorities of a connection without TLS are a mistake.
    let plain = store("redis://localhost").certificate_authorities(authority.pem().as_bytes());
    assert_eq!(plain.unwrap_err().setting(), "certificate_authorities");
    first_use(&store(&url), &key()).await.unwrap_err();
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_certificate_for_another_name_is_refused() {
    let authority = authority();
    let (_redis, url) = start_with_tls(&authority, Ipv4Addr::new(127, 0, 0, 2));
    let store = store(&url).certificate_authorities(authority.pem().as_bytes());
    first_use(&store.unwrap(), &key()).await.unwrap_err();
}

fn store_of_client(
    url: &str,
    authority: &Authority,
    client_tls: Option<ClientTlsConfig>,
) -> RedisStore {
    let root_cert = Some(authority.pem().into_bytes());
    let certificates = TlsCertificates {
        client_tls,
        root_cert,
    };
    RedisStore::from_client(Client::build_with_tls(url, certificates).unwrap())
        .timeout(Duration::from_secs(10))
        .clock_tolerance(Duration::from_millis(100))
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_client_shows_its_certificate_where_the_server_asks_for_one() {
    let authority = authority();
    let (redis, url) = start_with_tls(&authority, Ipv4Addr::LOCALHOST);
    redis.command::<()>("CONFIG SET tls-auth-clients yes");
    let (certificate, key) = certificate(&authority, Ipv4Addr::LOCALHOST);
    let certificate = ClientTlsConfig {
        client_cert: certificate.into_bytes(),
        client_key: key.into_bytes(),
    };
    settle(&store_of_client(
        &url,
        &authority,
        Some(certificate.clone()),
    ))
    .await;
    let without = store_of_client(&url, &authority, None);
    first_use(&without, &self::key()).await.unwrap_err();
    let suspicious = store_of_client(&url, &self::authority(), Some(certificate));
    first_use(&suspicious, &self::key()).await.unwrap_err();
}

/// A client as in the guide.
fn client_of_sentinel(
    sentinel: &RedisSentinel,
    certificates: &TlsCertificates,
    password: &str,
) -> SentinelClient {
    let sentinels = [ConnectionAddr::TcpTls {
        host: sentinel.address().ip().to_string(),
        port: sentinel.address().port(),
        insecure: false,
        tls_params: None,
    }];
    SentinelClientBuilder::new(sentinels, NAME, SentinelServerType::Master)
        .unwrap()
        .set_client_to_sentinel_certificates(certificates.clone())
        .set_client_to_redis_tls_mode(TlsMode::Secure)
        .set_client_to_redis_certificates(certificates.clone())
        .set_client_to_redis_username("app")
        .set_client_to_redis_password(password)
        .build()
        .unwrap()
}

fn store_of_sentinel(client: SentinelClient) -> RedisStore {
    let client = Arc::new(Mutex::new(client));
    let store = RedisStore::from_client_fn(move || {
        let client = Arc::clone(&client);
        async move { client.lock().await.async_get_client().await }
    });
    store
        .timeout(Duration::from_secs(10))
        .clock_tolerance(Duration::from_millis(100))
}

/// With exactly the permissions that the guide lists.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_sentinel_and_its_primary_may_ask_for_certificates() {
    let authority = authority();
    let (redis, url) = start_with_tls(&authority, Ipv4Addr::LOCALHOST);
    redis.command::<()>("CONFIG SET tls-auth-clients yes");
    redis.command::<()>(&format!("ACL SETUSER app on >secret {PERMISSIONS} +role"));
    let address = url.strip_prefix("rediss://").unwrap().parse().unwrap();
    let sentinel = RedisSentinel::over_tls(address, redis.directory());
    let (certificate, key) = certificate(&authority, Ipv4Addr::LOCALHOST);
    let mut certificates = TlsCertificates {
        client_tls: Some(ClientTlsConfig {
            client_cert: certificate.into_bytes(),
            client_key: key.into_bytes(),
        }),
        root_cert: Some(authority.pem().into_bytes()),
    };
    let client =
        |certificates: &TlsCertificates| client_of_sentinel(&sentinel, certificates, "secret");
    settle(&store_of_sentinel(client(&certificates))).await;
    let denied: Vec<redis::Value> = redis.command("ACL LOG");
    assert_eq!(denied, []);
    certificates.client_tls = None;
    let without = store_of_sentinel(client(&certificates));
    first_use(&without, &self::key()).await.unwrap_err();
}

/// The certificate authorities, instead of the system's.
const AUTHORITIES: &str = "SSL_CERT_FILE";

#[test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
fn the_authorities_of_the_system_are_read_once() {
    let directory = tempfile::TempDir::new().unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "tls::a_second_connection_reads_no_file",
        ])
        .env(AUTHORITIES, directory.path().join("authorities"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn a_second_connection_reads_no_file() {
    let authority = authority();
    let (redis, url) = start_with_tls(&authority, Ipv4Addr::LOCALHOST);
    let file = env::var_os(AUTHORITIES).unwrap();
    fs::write(&file, authority.pem()).unwrap();
    let store = store(&url);
    settle(&store).await;
    fs::remove_file(file).unwrap();
    redis.command::<usize>("CLIENT KILL TYPE normal SKIPME yes");
    settle(&store).await;
}
