//! All checks in their order, for requests and for tokens without a request.

mod order_of_checks;
mod several_issuers;
mod token_verifier;
mod verify_and_load;
