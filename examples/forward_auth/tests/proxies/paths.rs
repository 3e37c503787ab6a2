//! Paths that a proxy and a backend could read differently.

use super::{
    behind_each_proxy,
    site::{Site, bearer},
};

behind_each_proxy! {
    a_guarded_path_is_guarded_however_it_is_written
    a_public_path_never_tells_of_a_player
}

const GUARDED: [&str; 17] = [
    "/",
    "/game",
    "//public/",
    "/public",
    "/publicity",
    "/PUBLIC/",
    "/public/../game",
    "/public/./../game",
    "/public//../game",
    "/public/%2e%2e/game",
    "/public/%2E./game",
    "/public/..%2fgame",
    "/public%2f..%2fgame",
    "/%70ublic/../game",
    "/public/..//game",
    "/public/a/../../game",
    "/public/;/../../game",
];

/// Returns the path as the most lenient backend may read it.
fn decoded(line: &str) -> String {
    let path = line.split(' ').nth(1).unwrap().to_ascii_lowercase();
    let path = path.replace("%2f", "/").replace("%2e", ".");
    let mut segments = Vec::new();
    for segment in path
        .split('/')
        .filter(|segment| !segment.is_empty() && *segment != ".")
    {
        match segment {
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

fn a_guarded_path_is_guarded_however_it_is_written(site: &Site) {
    for path in GUARDED {
        site.send(&format!("GET {path}"), b"");
        for seen in site.seen() {
            assert!(
                decoded(&seen.line).starts_with("public"),
                "{path}: {seen:?}"
            );
            assert!(seen.wallet().is_empty());
        }
    }
}

fn a_public_path_never_tells_of_a_player(site: &Site) {
    for path in [
        "/public/",
        "/public/a/../b",
        "/public//",
        "/public/%2e",
        "/%70ublic/",
    ] {
        site.send(&format!("GET {path}\n{}", bearer()), b"");
        for seen in site.seen() {
            assert!(
                seen.wallet().is_empty() || !decoded(&seen.line).starts_with("public/"),
                "{path}: {seen:?}"
            );
        }
    }
}
