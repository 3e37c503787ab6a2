//! A layer for OMS Wallet needs a possible project, issuer and keys. An error names its cure.

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
