//! The issuers that the demo issuer plays.

use sequence_auth::testing::LocalIssuer;

/// Plays Embedded Wallet and, below `/oms`, OMS Wallet. Each has its own key. Clones are the same issuers.
#[derive(Clone, Debug)]
pub struct DemoIssuer {
    pub(crate) embedded_wallet: LocalIssuer,
    pub(crate) project_id: u64,
    pub(crate) oms_wallet: LocalIssuer,
}

impl DemoIssuer {
    /// The OMS Wallet project of the tokens, unless the request names another.
    pub const OMS_PROJECT_ID: &str = "prj_demo";

    /// Adds an OMS Wallet to an Embedded Wallet, whose tokens are for a single project unless the request names
    /// another.
    #[must_use]
    pub fn new(embedded_wallet: LocalIssuer, project_id: u64) -> Self {
        let oms_wallet = LocalIssuer::oms_wallet_at(format!("{}/oms", embedded_wallet.url()));
        Self {
            embedded_wallet,
            project_id,
            oms_wallet,
        }
    }

    /// Returns the URL of Embedded Wallet.
    #[must_use]
    pub fn url(&self) -> &str {
        self.embedded_wallet.url()
    }

    /// Returns the URL of OMS Wallet.
    #[must_use]
    pub fn oms_url(&self) -> &str {
        self.oms_wallet.url()
    }
}
