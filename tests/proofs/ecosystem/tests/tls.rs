//! The key document over TLS, from an endpoint whose certificate not everybody trusts.

use std::{
    env, fs,
    net::{IpAddr, Ipv4Addr},
    process::{self, Command},
    sync::Arc,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use reqwest::Certificate;
use sequence_auth::{ClientBuilder, FetchError, FetchErrorKind, SequenceAuthLayer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

use crate::support::{ISSUER, PROJECT};

/// An endpoint on loopback whose certificate is signed by an authority of its own.
struct Endpoint {
    url: String,
    authority: String,
}

impl Endpoint {
    /// Serves the issuer's keys, with a certificate for one address.
    async fn certified_for(address: Ipv4Addr) -> Self {
        let authority = authority();
        let acceptor = acceptor(&authority, address);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let jwks = ISSUER.jwks();
                let length = jwks.len();
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{jwks}");
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self {
            url,
            authority: authority.pem(),
        }
    }

    /// A layer that trusts the endpoint's authority.
    fn trusting_layer(&self) -> SequenceAuthLayer {
        let authority = Certificate::from_pem(self.authority.as_bytes()).unwrap();
        let client = ClientBuilder::new().tls_certs_merge([authority]);
        let layer = SequenceAuthLayer::builder(PROJECT).jwks_url(&self.url);
        layer.http_client(client).build().unwrap()
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "an authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &CertifiedIssuer<'_, KeyPair>, address: Ipv4Addr) -> TlsAcceptor {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(address))];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn failure(layer: &SequenceAuthLayer) -> FetchError {
    let fails = async {
        loop {
            if let Some(error) = layer.health().last_error() {
                return error.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let fails = timeout(Duration::from_secs(60), fails).await;
    fails.expect("the fetch fails")
}

#[tokio::test]
async fn an_authority_of_ones_own_is_set_on_the_client() {
    let endpoint = Endpoint::certified_for(Ipv4Addr::LOCALHOST).await;
    let layer = endpoint.trusting_layer();
    let ready = layer.ready().await;
    assert!(ready.is_ok(), "{}", layer.health());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let endpoint = Endpoint::certified_for(Ipv4Addr::new(127, 0, 0, 2)).await;
    let error = failure(&endpoint.trusting_layer()).await;
    assert_eq!(error.kind(), FetchErrorKind::Transport);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_and_health_says_so() {
    let endpoint = Endpoint::certified_for(Ipv4Addr::LOCALHOST).await;
    let layer = SequenceAuthLayer::builder(PROJECT).jwks_url(&endpoint.url);
    let layer = layer.build().unwrap();
    assert_eq!(failure(&layer).await.kind(), FetchErrorKind::Transport);
    let health = layer.health().to_string();
    assert!(health.contains("certificate"), "{health}");
}

/// Runs an ignored test of this module in a process of its own, with the certificate authorities in a file.
#[track_caller]
fn run_with_authorities(test: &str, file: &str) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", &format!("tls::{test}"), "--ignored"])
        .env("SSL_CERT_FILE", file)
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("1 passed"), "{stdout}");
}

#[test]
fn a_system_without_authorities_is_seen_in_health_and_does_not_panic() {
    let file = env::temp_dir().join(format!("no-authorities-{}.pem", process::id()));
    fs::write(&file, "").unwrap();
    run_with_authorities("nobody_is_trusted", file.to_str().unwrap());
    run_with_authorities("nobody_is_trusted", "/nonexistent");
    fs::remove_file(file).unwrap();
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn nobody_is_trusted() {
    let endpoint = Endpoint::certified_for(Ipv4Addr::LOCALHOST).await;
    let layer = SequenceAuthLayer::builder(PROJECT).jwks_url(&endpoint.url);
    let layer = layer.build().unwrap();
    // Which of them depends on the TLS library.
    let kind = failure(&layer).await.kind();
    assert!(
        [FetchErrorKind::Client, FetchErrorKind::Transport].contains(&kind),
        "{kind:?}"
    );
    layer.ready().await.unwrap_err();
}
