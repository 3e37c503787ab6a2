//! The requests that the RPC refuses, and its error responses.

use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::{
    call, get, post, router,
    sign_in::{SESSION, guest, id_token, player, register, send_intent, sign_in},
};

const SEND_INTENT: &str = "/rpc/WaasAuthenticator/SendIntent";
const REGISTER_SESSION: &str = "/rpc/WaasAuthenticator/RegisterSession";

#[track_caller]
fn assert_bad_request((status, answer): &(StatusCode, Value), mentions: &str) {
    assert_eq!(*status, StatusCode::BAD_REQUEST, "{answer}");
    assert_eq!(answer["error"], "WebrpcBadRequest");
    assert_eq!(answer["code"], -4);
    assert_eq!(answer["status"], 400);
    let cause = answer["cause"].as_str().unwrap();
    assert!(cause.contains(mentions), "{cause}");
}

#[track_caller]
fn assert_endpoint_error((status, answer): &(StatusCode, Value), cause: &str) {
    assert_eq!(*status, StatusCode::BAD_REQUEST, "{answer}");
    assert_eq!(
        *answer,
        json!({
            "error": "WebrpcEndpoint",
            "code": 0,
            "msg": "endpoint error",
            "cause": cause,
            "status": 400,
        })
    );
}

#[tokio::test]
async fn unknown_routes_and_other_methods_are_answered_as_webrpc_does() {
    let bad_route =
        json!({"error": "WebrpcBadRoute", "code": -2, "msg": "bad route", "status": 404});
    let chains = "/rpc/WaasAuthenticator/ChainList";
    for path in ["/nowhere", chains, "/rpc", "/oms", "/oms/demo/token"] {
        let answer = post(&router(), path, "{}").await;
        assert_eq!(answer, (StatusCode::NOT_FOUND, bad_route.clone()));
    }
    let bad_method =
        json!({"error": "WebrpcBadMethod", "code": -3, "msg": "bad method", "status": 405});
    for path in [SEND_INTENT, "/demo/oms-token", "/oms/demo/rotate"] {
        let get = Request::builder().method(Method::GET).uri(path);
        let answer = call(router(), get.body(String::new()).unwrap()).await;
        let refused = (StatusCode::METHOD_NOT_ALLOWED, bad_method.clone());
        assert_eq!(answer, refused, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_understood_is_a_bad_request_that_says_why() {
    let router = router();
    let unknown = send_intent(&router, "signMessage", json!({})).await;
    assert_bad_request(&unknown, "`initiateAuth`, `getIdToken`, `closeSession`");
    let mut provider = guest(SESSION);
    provider["identityType"] = "OIDC".into();
    let answer = send_intent(&router, "initiateAuth", provider.clone()).await;
    assert_bad_request(&answer, "`Guest` or `Email`");
    assert_bad_request(&register(&router, provider).await, "`Guest` or `Email`");
    let answer = send_intent(&router, "getIdToken", json!({"sessionId": SESSION})).await;
    assert_bad_request(&answer, "wallet");
    let too_large = format!("{{}}{}", " ".repeat(16 * 1024));
    for path in [SEND_INTENT, REGISTER_SESSION] {
        for (body, mentions) in [
            ("", "EOF"),
            ("{}", "intent"),
            ("[]", "invalid length"),
            (r#"{"intent":7}"#, "integer"),
            (&too_large, "length limit"),
        ] {
            assert_bad_request(&post(&router, path, body).await, mentions);
        }
    }
}

#[tokio::test]
async fn a_verifier_that_does_not_fit_is_refused() {
    let router = router();
    let long_session = "0".repeat(257);
    let long_email = format!("{}@example.com", "a".repeat(243));
    for (data, cause) in [
        (
            json!({"sessionId": SESSION, "identityType": "Guest", "verifier": "0x00"}),
            "invalid session ID",
        ),
        (
            json!({"sessionId": "0x00", "identityType": "Email", "verifier": "a@b.c;0x01"}),
            "invalid session ID",
        ),
        (
            json!({"sessionId": SESSION, "identityType": "Email", "verifier": "a@b.c"}),
            "invalid verifier",
        ),
        (guest(""), "invalid session ID"),
        (guest(&long_session), "invalid session ID"),
        (player(" "), "invalid email"),
        (player(&long_email), "invalid email"),
    ] {
        let answer = send_intent(&router, "initiateAuth", data.clone()).await;
        assert_endpoint_error(&answer, cause);
        assert_endpoint_error(&register(&router, data).await, cause);
    }
    sign_in(&router, guest(&long_session[1..])).await;
    sign_in(&router, player(&long_email[1..])).await;
}

#[tokio::test]
async fn there_is_no_token_without_an_open_session() {
    let router = router();
    let registered = sign_in(&router, player("ann@example.com")).await;
    let data = &registered["response"]["data"];
    let mut unknown = data.clone();
    unknown["sessionId"] = "0x00".into();
    let answer = send_intent(&router, "getIdToken", unknown).await;
    assert_endpoint_error(&answer, "session invalid or not found");
    id_token(&router, &registered, None).await;
    let (status, closed) = send_intent(&router, "closeSession", data.clone()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        closed,
        json!({"response": {"code": "sessionClosed", "data": {}}})
    );
    let answer = send_intent(&router, "getIdToken", data.clone()).await;
    assert_endpoint_error(&answer, "session invalid or not found");
}

#[tokio::test]
async fn closing_a_session_that_is_not_open_is_no_error() {
    let data = json!({"sessionId": SESSION});
    let (status, closed) = send_intent(&router(), "closeSession", data).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(closed["response"]["code"], "sessionClosed");
}

#[tokio::test]
async fn a_token_is_for_the_sessions_own_wallet() {
    let router = router();
    let registered = sign_in(&router, player("ann@example.com")).await;
    let mut data = registered["response"]["data"].clone();
    let wallet = data["wallet"].as_str().unwrap().to_lowercase();
    data["wallet"] = wallet.into();
    let (status, _) = send_intent(&router, "getIdToken", data.clone()).await;
    assert_eq!(status, StatusCode::OK);
    for wallet in ["0x52908400098527886E0F7030069857D2E4169EE7", "", "nobody"] {
        data["wallet"] = wallet.into();
        let answer = send_intent(&router, "getIdToken", data.clone()).await;
        assert_endpoint_error(&answer, "wallet is not the session's");
    }
}

#[tokio::test]
async fn a_nonce_that_is_too_long_is_refused() {
    let router = router();
    let registered = sign_in(&router, player("ann@example.com")).await;
    let mut data = registered["response"]["data"].clone();
    data["nonce"] = "n".repeat(129).into();
    let answer = send_intent(&router, "getIdToken", data).await;
    assert_endpoint_error(&answer, "invalid nonce");
}

#[tokio::test]
async fn the_oldest_session_makes_room_for_one_too_many() {
    let router = router();
    let first = sign_in(&router, guest("first")).await;
    let second = sign_in(&router, guest("second")).await;
    for session in 2..1024 {
        register(&router, guest(&session.to_string())).await;
    }
    id_token(&router, &first, None).await;
    // Signing in again takes no further place.
    register(&router, guest("1023")).await;
    id_token(&router, &first, None).await;
    register(&router, guest("one too many")).await;
    let data = first["response"]["data"].clone();
    let answer = send_intent(&router, "getIdToken", data).await;
    assert_endpoint_error(&answer, "session invalid or not found");
    id_token(&router, &second, None).await;
}

#[tokio::test]
async fn the_status_says_what_it_is() {
    let (status, answer) = call(router(), get("/status")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["healthOK"], true);
    assert_eq!(answer["ver"], "demo issuer, NOT FOR PRODUCTION");
}
