//! Conditions of a request beside its path.

use super::{
    behind_each_proxy,
    site::{Site, bearer},
};

behind_each_proxy! {
    a_range_arrives_with_its_condition
    an_event_stream_goes_on_where_it_was
}

const PATHS: [&str; 2] = ["/game", "/public/"];

/// Without the condition, a client would put parts of two versions together.
fn a_range_arrives_with_its_condition(site: &Site) {
    for path in PATHS {
        let head = format!("GET {path}\n{}\nRange: bytes=5-\nIf-Range: \"a\"", bearer());
        let seen = site.passed(&head).unwrap();
        assert_eq!(seen.value("range"), "bytes=5-");
        assert_eq!(seen.value("if-range"), "\"a\"");
    }
}

fn an_event_stream_goes_on_where_it_was(site: &Site) {
    for path in PATHS {
        let head = format!("GET {path}\n{}\nLast-Event-ID: 7", bearer());
        let seen = site.passed(&head).unwrap();
        assert_eq!(seen.value("last-event-id"), "7");
    }
}
