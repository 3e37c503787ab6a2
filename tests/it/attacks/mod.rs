//! What attackers have done to others: at least one test for each class of vulnerability.
//!
//! A test stands in this room, or where its path says. Its comment names the class, and a public case or
//! the clause where there is one.
//!
//! | # | class | tests |
//! |--:|---|---|
//! | 1 | the token chooses how it is checked | `algorithm`: `hmac_keyed_with_public_key_is_refused`, `symmetric_key_in_jwks_verifies_nothing`, `other_rsa_signatures_are_refused`, `ecdsa_signature_is_refused`, `algorithm_is_exactly_rs256` |
//! | 2 | no signature, another serialization | `algorithm`: `algorithm_is_exactly_rs256`; `serialization`: `unsigned_token_is_refused`, `encrypted_token_is_refused`, `json_serialization_is_refused` |
//! | 3 | `crit`, `b64`, `zip` | `headers`: `crit_b64_and_zip_are_refused`, `unencoded_claims_are_refused` |
//! | 4 | claims of another type | `claims`: `times_are_json_numbers_in_range`, `claim_of_wrong_type_is_refused`, `claim_in_array_is_refused`, `claims_are_one_object_without_duplicates`; `crate::claims`: `time_is_read_in_any_json_spelling` |
//! | 5 | claims that are missing | `claims`: `missing_null_or_empty_claim_is_refused` |
//! | 6 | tokens for somebody else | `headers`: `type_is_jwt_or_absent`; `trust`: `token_of_other_environment_is_refused`, `lookalike_audience_is_refused`, `lookalike_issuer_is_refused`; `crate::claims`: `audience_names_the_project` |
//! | 7 | the wrong key | `headers`: `kid_is_a_name_of_1_to_128_bytes`, `signature_by_unnamed_key_is_refused` |
//! | 8 | keys that were never fetched | `trust`: `no_token_passes_without_keys`; `crate::keys::start`: `issuer_down_at_start_is_503_until_back` |
//! | 9 | another issuer's key | `trust`: `issuers_with_same_kid_are_kept_apart` |
//! | 10 | keys in the token | `embedded_keys`: `embedded_key_is_neither_used_nor_fetched`, `embedded_key_beside_good_signature_is_ignored`, `issuer_named_by_token_is_not_contacted`; `crate::http_fetch`: `a_redirect_is_not_followed` |
//! | 11 | a cache of verified tokens | `crate::token_cache` (all): `same_claims_with_other_signature_are_refused`, `each_layer_checks_cached_tokens_itself`, `removed_key_evicts_its_tokens`, `key_changed_under_kid_evicts_its_tokens`, `forged_token_evicts_nothing`; `crate::ownership::remembered` (all); `tests/clocks`: `a_jump_of_the_clock_ages_a_token_that_is_remembered`; `token_cache` (unit tests): `tokens_with_the_same_hash_are_told_apart` |
//! | 12 | other spellings of a token | `encoding`: `nonzero_trailing_bits_are_refused`, `every_part_is_strict_base64url`, `whitespace_in_token_is_refused`, `truncated_or_extended_token_is_refused`; `signature`: `signature_plus_modulus_is_refused`, `malformed_signature_is_refused`, `signature_over_other_bytes_is_refused` |
//! | 13 | weak and hostile keys | `trust`: `weak_or_hostile_key_verifies_nothing`; `jwks::key_set` (unit tests): `unusable_keys_are_skipped_one_by_one`, `the_modulus_has_2048_to_8192_bits_and_is_odd`, `keys_with_the_same_id_are_not_used_and_others_are` |
//! | 14 | very many dots, and other ways to make a refusal dear | `limits`: `million_dots_are_refused`, `header_with_17_members_is_refused`; `crate::bearer`: `long_header_is_classified_by_its_start`; and in instructions, `tests/bounds/benches` |
//! | 15 | limits at −1, 0, +1 | `limits`: `token_over_8_kib_is_refused`, `header_over_1_kib_is_refused`, `body_just_below_limit_is_searched`, `last_of_128_keys_verifies`; `headers`: `kid_is_a_name_of_1_to_128_bytes`; `crate::json_body`: `body_over_limit_is_too_large`; `crate::http_fetch`: `a_document_up_to_256_kib_is_read`, `every_way_to_fail_is_told_apart`; `jwks::key_set`: `a_document_has_up_to_128_keys` |
//! | 16 | deep JSON | `limits`: `deeply_nested_json_does_not_overflow_stack`, `deeply_nested_claim_is_not_read`, `deeply_nested_header_is_read_within_limit`; `crate::json_body`: `other_members_are_ignored` |
//! | 17 | members that come twice | `headers`: `header_is_one_object_without_duplicates`; `claims`: `claims_are_one_object_without_duplicates`; `crate::json_body`: `repeated_or_non_string_field_is_refused`; `jwks::key_set`: `what_a_key_does_not_need_is_not_judged_and_no_member_comes_twice` |
//! | 18 | bodies without end | `bodies`: `endless_body_is_read_up_to_limit`, `endless_empty_frames_time_out`, `dripping_body_times_out`, `large_body_passes_only_beside_bearer_token`, `compressed_body_is_not_decompressed`, `body_with_wrong_length_is_refused` |
//! | 19 | clients that go away | `disconnects`: `a_client_may_go_away_while_…` (four), `several_tokens_without_keys_are_refused`; `crate::readiness`: `disconnect_ends_the_inner_call` |
//! | 20 | a flood of unknown keys | `crate::keys::flood`: `a_flood_of_unknown_keys_causes_one_fetch_per_cool_down`, `at_most_64_requests_wait_for_new_key`, `flood_delays_new_key_by_one_cooldown` |
//! | 21 | a planted identity | `extensions`: `planted_claims_are_replaced_by_verified_ones`, `planted_claims_are_replaced_after_waiting`, `planted_claims_do_not_pass_optional_layer`, `refusal_carries_no_claims`, `claims_of_outer_layer_are_not_trusted`, `identity_headers_are_ignored` |
//! | 22 | claims before the signature | `signature`: `bad_signature_wins_over_bad_claims` |
//! | 23 | secrets, and caches of answers | `secrets`: `secrets_stay_out_of_logs_and_answers`, `refusals_are_not_cacheable`; `crate::answers` (all); `crate::bearer`: `verified_header_is_marked_sensitive` |
//! | 24 | bytes that are no text | `wire`: `invalid_bytes_in_header_are_refused`, `folded_or_misspelled_header_is_refused`, `huge_authorization_header_is_refused`; `encoding`: `invalid_utf_8_is_refused`; `claims`: `email_is_never_normalized`; `crate::json_body`: `invalid_json_is_a_bad_request` |
//! | 25 | methods and upgrades | `wire`: `no_method_passes_without_token`, `upgrade_without_token_is_refused`; `crate::bearer`: `every_method_is_authenticated`; `crate::json_body`: `request_without_json_body_is_not_searched` |
//! | 26 | other features of serde_json | `json_features`: `hostile_json_is_judged_as_with_other_features_of_serde_json`, and the same cases in `tests/fixtures/json-features` |
//! | 27 | a replayed token | `crate::ownership`: `nonces` (all), `once` (all), `concurrency` (all), `store` (all), `remembered` (all), `scope` (all), `room` (all), `clock` (all); `nonce::properties` (unit test): `no_sequence_of_events_lets_a_nonce_pass_twice` |
//! | 28 | a sign-in as the attacker (login CSRF) | `crate::ownership`: `binding` (all), `verifier`: `binding_is_never_ignored` |

mod algorithm;
mod arbitrary_input;
mod bodies;
mod disconnects;
mod embedded_keys;
mod encoding;
mod hostile_claims;
mod jose_header;
mod json_features;
mod key_set;
mod limits;
mod log_injection;
mod other_issuers;
mod planted_identity;
mod raw_http;
mod secrets;
mod serialization;
mod signature;
mod signing_key;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use serde_json::json;

use crate::support::{ISSUER, bearer, json as with_body, payload_of, send};

/// Has a token judged in every way that can bring it: in a body, in a header if it is fit for one, and
/// without a request.
async fn assert_refused(layer: &SequenceAuthLayer, token: &str, kind: Kind) {
    let mut requests = vec![with_body(json!({ "sequenceToken": token }).to_string())];
    let is_fit_for_a_header = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if !token.is_empty() && token.bytes().all(is_fit_for_a_header) {
        requests.push(bearer(token));
    }
    for request in requests {
        let answer = send(layer, request).await;
        assert_eq!(answer.kind(), Some(kind), "{token:.200}");
        answer.assert_refused(kind);
    }
    let refused = layer.verifier().verify(token).await;
    assert_eq!(refused.unwrap_err().kind(), kind, "{token:.200}");
}

/// Sees that a token passes: what is refused beside it is refused for the difference.
async fn assert_accepted(layer: &SequenceAuthLayer, token: &str) {
    send(layer, bearer(token)).await.claims();
}

/// Good claims as JSON.
fn payload() -> String {
    payload_of(&ISSUER.token().mint())
}

/// Good claims as JSON, all but one.
fn without_claim(name: &str) -> String {
    payload_of(&ISSUER.token().without_claim(name).mint())
}
