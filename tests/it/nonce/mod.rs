//! Nonces: which are accepted, where, and for which browser.

mod binding;
mod login_cookies;
mod nonces;
mod oms_wallet;
mod scope;
mod settings;
