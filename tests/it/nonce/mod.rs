//! Nonces: which pass, whose they are, and for which browser.

mod binding;
mod nonces;
mod scope;
mod settings;
