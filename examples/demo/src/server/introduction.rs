//! The lines that the server prints when it starts.

use std::{fmt::Display, net::SocketAddr};

use super::page::{PageConfig, Party};
use crate::issuer::DemoIssuer;

/// Prints the server's address, the issuers that it trusts, and lines to try.
pub(super) fn introduce(
    address: SocketAddr,
    metrics: SocketAddr,
    config: &PageConfig,
    demo: Option<&DemoIssuer>,
) {
    println!("Server: http://{address}");
    println!("Page: http://{address}/");
    println!("Metrics: http://{metrics}/metrics");
    for party in trusted(config) {
        println!("Trusts: {party}");
    }
    let Some(demo) = demo else {
        println!("Its keys: curl -s http://{address}/healthz");
        return;
    };
    let issuer = demo.url();
    println!("Demo issuer: {issuer} (NOT FOR PRODUCTION: it signs for anybody)");
    println!();
    println!("Try it, as a player of Embedded Wallet and of OMS Wallet:");
    for path in ["sequence-token", "oms-token"] {
        println!(
            "  curl -s {issuer}/demo/{path} -d '{{\"email\":\"player@example.com\"}}' \
             | curl -s http://{address}/api/verify-wallet -H 'content-type: application/json' -d @-"
        );
    }
}

fn trusted(config: &PageConfig) -> Vec<String> {
    let embedded_wallet = config.embedded_wallet.as_ref();
    let oms_wallet = config.oms_wallet.as_ref();
    let told = [
        embedded_wallet.map(|party| party.told("Embedded Wallet")),
        oms_wallet.map(|party| party.told("OMS Wallet")),
    ];
    told.into_iter().flatten().collect()
}

impl<P: Display> Party<P> {
    fn told(&self, kind: &str) -> String {
        format!(
            "{kind}, project {}, issuer {}",
            self.project_id, self.issuer
        )
    }
}
