//! A layer for OMS Wallet is built only for a project, an issuer and keys that can work, and an error says its cure.

mod keys;
mod project;
mod settings;
mod url;

use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder};

use crate::oms_wallet::PROJECT;

const URL: &str = "https://oms.example";

fn at(issuer: &str) -> SequenceAuthLayerBuilder {
    SequenceAuthLayer::oms_wallet(PROJECT, issuer)
}
