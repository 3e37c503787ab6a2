//! The layer that `or` is called on decides how requests are handled, as do later settings.

use std::time::Duration;

use http::{HeaderValue, Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use tokio::time::Instant;

use crate::{
    support::{Script, Step, bearer, data, json, send, with_field, without_token},
    two_issuers::{joined, layers, tokens},
};

/// Two layers for both issuers, in which one part has a setting: once as the layer that `or` is called on, once as its
/// argument.
fn own_and_others(
    set: impl Fn(SequenceAuthLayer) -> SequenceAuthLayer,
) -> [(SequenceAuthLayer, SequenceAuthLayer); 2] {
    let [embedded, oms] = layers();
    [[embedded.clone(), oms.clone()], [oms, embedded]].map(|[one, other]| {
        let own = set(one.clone()).or(other.clone()).unwrap();
        (own, other.or(set(one)).unwrap())
    })
}

fn with_id_token(token: &str) -> Request<Script> {
    json(format!(r#"{{"idToken":"{token}"}}"#))
}

#[tokio::test]
async fn only_own_optional_counts() {
    for (own, others) in own_and_others(SequenceAuthLayer::optional) {
        assert!(send(&own, without_token()).await.seen().anonymous);
        let answer = send(&others, without_token()).await;
        answer.assert_refused(Kind::MissingToken);
        let afterwards = others.optional();
        assert!(send(&afterwards, without_token()).await.seen().anonymous);
        for expired in tokens().map(|token| token.expired().mint()) {
            let answer = send(&afterwards, bearer(&expired)).await;
            answer.assert_refused(Kind::Expired);
        }
    }
}

#[tokio::test]
async fn only_own_body_limit_counts() {
    for (own, others) in own_and_others(|layer| layer.body_limit(100)) {
        for token in tokens().map(|token| token.mint()) {
            for field in [with_field, with_id_token] {
                let answer = send(&own, field(&token)).await;
                answer.assert_refused(Kind::BodyTooLarge);
                send(&others, field(&token)).await.claims();
                let answer = send(&others.clone().body_limit(100), field(&token)).await;
                answer.assert_refused(Kind::BodyTooLarge);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_own_body_timeout_counts() {
    let one = Duration::from_secs(1);
    for (own, others) in own_and_others(|layer| layer.body_timeout(one)) {
        let afterwards = others.clone().body_timeout(2 * one);
        for (layer, seconds) in [(own, 1), (others, 5), (afterwards, 2)] {
            let start = Instant::now();
            let hanging = json(Script::chunked([data("{"), Step::Hang]));
            let answer = send(&layer, hanging).await;
            answer.assert_refused(Kind::BodyTimeout);
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
    }
}

#[tokio::test]
async fn only_own_on_reject_counts() {
    let mark = |layer: SequenceAuthLayer| {
        layer.on_reject(|_, mut response| {
            let mark = HeaderValue::from_static("own");
            response.headers_mut().insert("x-mark", mark);
            response
        })
    };
    for (own, others) in own_and_others(mark) {
        for token in tokens().map(|token| token.expired().mint()) {
            let answer = send(&own, bearer(&token)).await;
            answer.assert_refused(Kind::Expired);
            assert_eq!(answer.headers["x-mark"], "own");
            let answer = send(&others, bearer(&token)).await;
            assert!(!answer.headers.contains_key("x-mark"));
            let answer = send(&mark(others.clone()), bearer(&token)).await;
            assert_eq!(answer.headers["x-mark"], "own");
        }
    }
}

/// The field does not select the issuer, the token does.
#[tokio::test]
async fn token_of_either_issuer_may_be_in_either_field() {
    for layer in joined(&layers()) {
        for token in tokens().map(|token| token.mint()) {
            for request in [bearer(&token), with_field(&token), with_id_token(&token)] {
                send(&layer, request).await.claims();
            }
        }
    }
    let [embedded, _] = layers();
    let [token, _] = tokens().map(|token| token.mint());
    let answer = send(&embedded, with_id_token(&token)).await;
    answer.assert_refused(Kind::MissingToken);
}

#[tokio::test]
async fn body_with_two_tokens_is_refused() {
    let [token, oms_token] = tokens().map(|token| token.mint());
    for layer in joined(&layers()) {
        for layer in [layer.clone(), layer.optional()] {
            for body in [
                format!(r#"{{"sequenceToken":"{token}","idToken":"{oms_token}"}}"#),
                format!(r#"{{"idToken":"{token}","sequenceToken":"{oms_token}"}}"#),
                format!(r#"{{"idToken":"{token}","x":1,"sequenceToken":"{token}"}}"#),
                format!(r#"{{"idToken":"{oms_token}","idToken":"{oms_token}"}}"#),
                format!(r#"{{"idToken":null,"sequenceToken":"{token}"}}"#),
                format!(r#"{{"idToken":"{oms_token}","sequence\u0054oken":7}}"#),
            ] {
                let answer = send(&layer, json(body)).await;
                answer.assert_refused(Kind::RepeatedTokenField);
                assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            }
            let number = json(r#"{"idToken":7}"#);
            let answer = send(&layer, number).await;
            answer.assert_refused(Kind::TokenFieldNotString);
        }
    }
}

/// For one issuer and for two, RFC 6750 §3.1 distinguishes a malformed request from a bad token.
#[tokio::test]
async fn malformed_bearer_token_is_refused_as_with_one_issuer() {
    let [token, oms_token] = tokens().map(|token| token.mint());
    let [embedded, oms] = layers();
    let mut all = joined(&[embedded.clone(), oms.clone()]).to_vec();
    all.extend([embedded, oms]);
    for (credentials, kind) in [
        ("Bearer", Kind::MalformedAuthorization),
        ("Bearer ", Kind::MalformedAuthorization),
        ("Bearer a b", Kind::MalformedAuthorization),
        ("Bearer {}", Kind::MalformedAuthorization),
        ("Bearer \"e30.e30.AA\"", Kind::MalformedAuthorization),
        (&format!("Bearer {token} x"), Kind::MalformedAuthorization),
        (
            &format!("Bearer {oms_token},"),
            Kind::MalformedAuthorization,
        ),
        (&format!("Bearer !{token}"), Kind::MalformedAuthorization),
        (&format!("Bearer {token}.{oms_token}"), Kind::MalformedToken),
        ("Bearer x", Kind::MalformedToken),
        ("Bearer x.y.z", Kind::MalformedToken),
        ("Bearer ..", Kind::MalformedToken),
        ("Bearer W10.e30.AA", Kind::MalformedHeader),
        ("Bearer e30.e30.AA", Kind::UnsupportedAlgorithm),
        (&format!("Bearer {}", "a".repeat(8193)), Kind::TokenTooLarge),
        (
            &format!("Bearer {}.e30.AA", "a".repeat(1025)),
            Kind::HeaderTooLarge,
        ),
        ("Basic dTpw", Kind::MissingToken),
    ] {
        for layer in &all {
            let request = crate::support::with_authorization(credentials);
            let answer = send(layer, request).await;
            assert_eq!(answer.kind(), Some(kind), "{credentials:.100}");
            answer.assert_refused(kind);
        }
    }
}

#[tokio::test]
async fn refused_grpc_request_has_a_status() {
    let grpc = |token: &str| {
        let mut request = bearer(token);
        let content_type = HeaderValue::from_static("application/grpc");
        request.headers_mut().insert("content-type", content_type);
        request
    };
    for layer in joined(&layers()) {
        for token in tokens() {
            send(&layer, grpc(&token.mint())).await.claims();
            let answer = send(&layer, grpc(&token.expired().mint())).await;
            assert_eq!(answer.kind(), Some(Kind::Expired));
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.headers["grpc-status"], "16");
        }
    }
}
