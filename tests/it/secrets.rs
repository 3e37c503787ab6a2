//! Nothing secret reaches a `Debug`, an answer or an event.

use std::sync::{Arc, Mutex};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::support::{ISSUER, bearer, layer, send, with_field};

/// Keeps the text of every event and span.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<String>>);

impl Visit for Recorder {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut text = self.0.lock().unwrap();
        text.push_str(&format!("{field}={value:?} "));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn tokens_emails_and_nonces_stay_out_of_events_answers_and_debug() {
    let recorder = Recorder::default();
    let _guard = tracing::subscriber::set_default(recorder.clone());
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
            // Another test may have met an event first, when nobody recorded it.
            tracing::callsite::rebuild_interest_cache();
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
    let events = recorder.0.lock().unwrap().clone();
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
