//! The trusted certificate authorities and the settings of TLS.

use std::{io, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_native_certs::load_native_certs;
use tokio::{sync::OnceCell, task::spawn_blocking};

/// The TLS settings of all connections. They are created for the first connection, because reading the system's
/// authorities takes file access.
#[derive(Clone, Default)]
pub(super) struct Tls {
    /// `None` for the authorities of the operating system.
    authorities: Option<Arc<RootCertStore>>,
    config: Arc<OnceCell<Arc<ClientConfig>>>,
}

impl Tls {
    /// Trusts only the authorities in a PEM text.
    pub(super) fn trusting(pem: &[u8]) -> Result<Self, String> {
        let mut authorities = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| error.to_string())?;
            let added = authorities.add(certificate);
            added.map_err(|error| error.to_string())?;
        }
        if authorities.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        Ok(Self {
            authorities: Some(Arc::new(authorities)),
            config: Arc::default(),
        })
    }

    pub(super) async fn config(&self) -> io::Result<Arc<ClientConfig>> {
        let config = self.config.get_or_try_init(|| self.new_config()).await;
        config.cloned()
    }

    async fn new_config(&self) -> io::Result<Arc<ClientConfig>> {
        let authorities = match &self.authorities {
            Some(authorities) => Arc::clone(authorities),
            None => spawn_blocking(system_authorities).await??,
        };
        // Without a default provider, rustls panics if several providers are compiled in.
        let provider = CryptoProvider::get_default().cloned();
        let provider = provider.unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

/// Returns the authorities of the operating system. Skips certificates that cannot be parsed, as other TLS clients do.
fn system_authorities() -> io::Result<Arc<RootCertStore>> {
    let mut found = load_native_certs();
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(found.certs);
    if authorities.is_empty() {
        let problem = "the system has no certificate authorities";
        return Err(found.errors.pop().map_or_else(
            || io::Error::new(io::ErrorKind::NotFound, problem),
            io::Error::other,
        ));
    }
    Ok(Arc::new(authorities))
}
