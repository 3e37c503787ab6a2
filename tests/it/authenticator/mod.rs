//! The order of all checks, and the same checks where there is no request.

mod order_of_checks;
mod token_verifier;
