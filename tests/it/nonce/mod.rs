//! Nonces: which pass, where they pass, and for which browser.

mod binding;
mod nonces;
mod scope;
mod settings;
