//! Nonces: which pass, where they pass, and for which browser.

mod binding;
mod nonces;
mod oms_wallet;
mod scope;
mod settings;
