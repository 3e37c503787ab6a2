//! What attackers have done to others: at least one test for each class of vulnerability.
//!
//! A test stands in this room, or where its path says. Its comment names the class, and a public case or
//! the clause where there is one.
//!
//! | # | class | tests |
//! |--:|---|---|
//! | 1 | the token chooses how it is checked | `algorithm`: `an_hmac_keyed_with_anything_public_is_no_signature`, `a_secret_among_the_keys_verifies_nothing`, `only_rs256_by_the_right_key_is_a_signature`, `an_elliptic_curve_is_not_an_algorithm_of_the_issuer`, `the_algorithm_is_rs256_letter_for_letter` |
//! | 2 | no signature, another serialization | `algorithm`: `the_algorithm_is_rs256_letter_for_letter`; `serialization`: `a_token_without_a_signature_is_refused_whatever_its_algorithm`, `an_encrypted_token_is_refused_before_anything_is_unpacked`, `a_token_in_json_serialization_is_refused` |
//! | 3 | `crit`, `b64`, `zip` | `headers`: `a_header_that_asks_for_an_extension_is_refused_whatever_it_says`, `claims_that_are_not_base64url_are_refused_with_and_without_crit` |
//! | 4 | claims of another type | `claims`: `times_are_json_numbers_in_range`, `claims_of_a_wrong_type_are_refused`, `a_claim_in_an_array_is_not_taken_out_of_it`, `claims_are_one_object_with_every_member_once`; `crate::claims`: `a_number_may_be_spelled_in_every_way_of_json` |
//! | 5 | claims that are missing | `claims`: `no_required_claim_may_be_absent_null_or_empty` |
//! | 6 | tokens for somebody else | `headers`: `the_type_is_jwt_in_any_case_or_absent`; `trust`: `a_token_of_one_environment_is_refused_in_the_others`, `an_audience_that_begins_or_ends_like_ours_is_another_one`, `an_issuer_that_begins_or_ends_like_ours_is_another_one`; `crate::claims`: `the_audience_holds_the_project` |
//! | 7 | the wrong key | `headers`: `the_key_id_is_a_string_of_1_to_128_bytes_and_nothing_but_a_name`, `a_signature_by_another_trusted_key_than_the_named_one_is_refused` |
//! | 8 | keys that were never fetched | `trust`: `without_keys_no_token_passes_whoever_has_signed_it`; `crate::keys::start`: `a_down_issuer_at_the_start_is_503_and_used_within_two_seconds_of_its_return` |
//! | 9 | another issuer's key | `trust`: `two_issuers_with_the_same_key_id_do_not_vouch_for_each_other` |
//! | 10 | keys in the token | `embedded_keys`: `a_key_in_the_token_is_neither_used_nor_fetched`, `a_key_in_the_token_does_no_harm_to_a_good_signature`, `the_issuer_that_a_token_names_is_not_asked_for_its_keys`; `tests/fetch`: `a_redirect_is_not_followed` |
//! | 11 | a cache of verified tokens | `crate::token_cache` (all): `another_signature_after_the_same_claims_is_refused`, `a_layer_judges_a_token_that_another_one_accepted`, `a_key_that_leaves_takes_its_tokens_with_it`, `a_key_that_changes_under_its_id_takes_its_tokens_with_it`, `what_no_key_has_signed_makes_nobody_forgotten`; `crate::ownership::remembered` (all); `tests/proofs/clocks`: `a_jump_of_the_clock_ages_a_token_that_is_remembered`; `token_cache` (unit tests): `tokens_with_the_same_hash_are_told_apart` |
//! | 12 | other spellings of a token | `encoding`: `the_unused_bits_of_each_part_are_zero`, `every_part_is_strict_base64url`, `white_space_is_nowhere_in_a_token`, `a_token_that_is_cut_off_or_goes_on_is_refused`; `signature`: `a_signature_plus_the_modulus_is_refused`, `a_signature_is_as_long_as_the_modulus_and_over_these_bytes`, `a_signature_is_worth_nothing_over_other_bytes` |
//! | 13 | weak and hostile keys | `trust`: `a_weak_or_hostile_key_in_the_set_verifies_nothing`; `jwks::key_set` (unit tests): `unusable_keys_are_skipped_one_by_one`, `the_modulus_has_2048_to_8192_bits_and_is_odd`, `keys_with_the_same_id_are_not_used_and_others_are` |
//! | 14 | very many dots, and other ways to make a refusal dear | `limits`: `a_million_dots_are_refused_at_once`, `a_header_has_up_to_16_members`; `crate::bearer`: `a_long_header_is_judged_by_its_first_bytes`; and in instructions, `benches/bounds` |
//! | 15 | limits at −1, 0, +1 | `limits`: `a_token_of_8_kib_is_read_and_one_byte_more_is_not`, `a_header_of_1_kib_is_read_and_a_larger_one_is_not`, `a_body_of_one_byte_less_than_the_limit_is_searched`, `of_128_keys_the_last_one_still_counts`; `headers`: `the_key_id_is_a_string_of_1_to_128_bytes_and_nothing_but_a_name`; `crate::json_body`: `a_body_up_to_the_limit_is_searched_and_one_byte_more_is_too_large`; `tests/fetch`: `a_document_up_to_256_kib_is_read`, `every_way_to_fail_is_told_apart`; `jwks::key_set`: `a_document_has_up_to_128_keys` |
//! | 16 | deep JSON | `limits`: `json_nests_as_deep_as_it_likes_and_overflows_nothing`, `a_claim_that_nests_deeply_is_no_claim_of_ours`, `a_header_that_nests_deeply_is_read_and_no_deeper_one`; `crate::json_body`: `what_stands_beside_the_token_is_not_judged` |
//! | 17 | members that come twice | `headers`: `the_header_is_one_json_object_with_every_member_once`; `claims`: `claims_are_one_object_with_every_member_once`; `crate::json_body`: `the_field_has_to_be_there_once_and_be_a_string`; `jwks::key_set`: `what_a_key_does_not_need_is_not_judged_and_no_member_comes_twice` |
//! | 18 | bodies without end | `bodies`: `an_endless_body_is_read_up_to_the_limit_and_no_further`, `an_endless_body_of_nothing_is_given_up_when_its_time_is_over`, `a_body_that_drips_has_no_more_time_than_one_that_hangs`, `ten_megabytes_are_refused_in_a_body_and_pass_behind_a_header`, `a_packed_body_is_not_unpacked`, `a_body_with_a_wrong_length_reaches_nobody` |
//! | 19 | clients that go away | `disconnects`: `a_client_may_go_away_while_…` (four), `several_tokens_and_a_failing_fetch_are_one_refusal`; `crate::readiness`: `a_client_that_goes_away_ends_the_inner_call` |
//! | 20 | a flood of unknown keys | `crate::keys::flood`: `a_flood_of_unknown_keys_causes_one_fetch_per_cool_down`, `no_more_than_64_requests_wait_for_an_unknown_key`, `a_flood_during_a_rotation_locks_the_new_key_out_for_one_cool_down_at_most` |
//! | 21 | a planted identity | `extensions`: `a_planted_identity_gives_way_to_the_verified_one`, `a_planted_identity_gives_way_after_waiting_for_a_key`, `a_planted_identity_does_not_pass_an_optional_layer`, `a_refusal_knows_of_no_identity`, `a_layer_does_not_trust_the_one_around_it`, `no_header_stands_for_an_identity` |
//! | 22 | claims before the signature | `signature`: `a_bad_signature_wins_over_whatever_is_wrong_with_the_claims` |
//! | 23 | secrets, and caches of answers | `secrets`: `tokens_emails_and_nonces_stay_out_of_events_answers_and_debug`, `a_refusal_is_stored_by_nobody_in_whatever_form_it_is`; `crate::answers` (all); `crate::bearer`: `the_verified_bearer_header_is_marked_sensitive` |
//! | 24 | bytes that are no text | `wire`: `a_header_with_bytes_that_no_token_has_is_a_bad_request`, `a_folded_or_misspelled_header_authorizes_nobody`, `a_header_of_64_kib_is_refused_and_one_of_a_megabyte_too`; `encoding`: `header_and_claims_are_utf_8`; `claims`: `an_email_is_the_issuers_letter_for_letter`; `crate::json_body`: `a_body_that_is_no_json_is_a_bad_request` |
//! | 25 | methods and upgrades | `wire`: `no_method_passes_a_connection_without_a_token`, `an_upgrade_without_a_token_leaves_the_connection_with_the_server`; `crate::bearer`: `every_method_is_authenticated`; `crate::json_body`: `a_request_that_cannot_hold_a_json_body_is_not_searched` |
//! | 26 | other features of serde_json | `json_features`: `hostile_json_is_judged_as_with_other_features_of_serde_json`, and the same cases in `tests/proofs/features/json` |
//! | 27 | a replayed token | `crate::ownership`: `nonces` (all), `once` (all), `concurrency` (all), `store` (all), `remembered` (all), `scope` (all), `room` (all), `clock` (all); `nonce::properties` (unit test): `no_sequence_of_events_lets_a_nonce_pass_twice` |
//! | 28 | a sign-in as the attacker (login CSRF) | `crate::ownership`: `binding` (all), `verifier`: `a_binding_is_never_ignored` |

mod algorithm;
mod bodies;
mod claims;
mod disconnects;
mod embedded_keys;
mod encoding;
mod extensions;
mod headers;
mod json_features;
mod key;
mod limits;
mod secrets;
mod serialization;
mod signature;
mod trust;
mod wire;

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
