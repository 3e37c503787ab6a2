//! Turns the examples `server`, `login` and `forward_auth` into demonstrations, with an issuer that signs tokens for
//! anybody, options to trust another issuer, and a page. NOT FOR PRODUCTION, unlike `examples/serving`, which it uses.

pub mod issuer;
mod issuer_options;
mod logging;
mod oms_options;
mod server;
mod trust;
mod trust_options;
mod trusted_issuer;

pub use issuer_options::{IssuerOptions, not_empty};
pub use logging::start_logging;
pub use server::{PAGE_ICON, PAGE_STYLE_SHEET, run_server};
pub use trust::{Trust, report_first_keys};
pub use trust_options::TrustOptions;
pub use trusted_issuer::TrustedIssuer;
