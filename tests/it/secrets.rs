//! Nothing secret reaches a `Debug`, an answer or an event.

use crate::{
    recorder::Recorder,
    support::{ISSUER, bearer, layer, send, with_field},
};

#[tokio::test]
async fn tokens_emails_and_nonces_stay_out_of_events_answers_and_debug() {
    let (recorder, _guard) = Recorder::start();
    let token = || {
        ISSUER
            .token()
            .email("secret-mail@example.com")
            .nonce("secret-nonce")
    };
    let layer = layer();
    let mut texts = String::new();
    let mut tokens = Vec::new();
    for token in [
        token(),
        token().expired(),
        token().project(1),
        token().claim("sub", "secret-mail@example.com"),
        token().header("kid", "secret-nonce"),
    ] {
        let token = token.mint();
        for request in [bearer(&token), with_field(&token)] {
            recorder.attend();
            let answer = send(&layer, request).await;
            texts.push_str(&format!(
                "{:?} {:?} {:?}",
                answer.error, answer.headers, answer.body
            ));
            if let Some(seen) = &answer.seen {
                texts.push_str(&format!(
                    "{:?} {:?} {}",
                    seen.claims, seen.headers, seen.debug
                ));
            }
        }
        tokens.push(token);
    }
    texts.push_str(&format!("{layer:?} {:?}", layer.health()));
    let events = recorder.text();
    assert!(events.contains("request refused"), "{events}");
    assert!(events.contains("Expired"), "{events}");
    texts.push_str(&events);
    for token in &tokens {
        for part in token.split('.') {
            assert!(!texts.contains(part));
        }
    }
    assert!(!texts.contains("secret"), "{texts}");
}
