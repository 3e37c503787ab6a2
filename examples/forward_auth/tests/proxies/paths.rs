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

const UNAMBIGUOUSLY_GUARDED: [&str; 4] = ["/", "/game", "/publicity", "/PUBLIC/"];

/// Returns `true` if the most lenient backend may read the path as a public one.
fn is_public(line: &str) -> bool {
    let path = line.split(' ').nth(1).unwrap();
    let mut segments = Vec::new();
    for segment in decoded(path).split('/') {
        match segment {
            "" | "." => (),
            ".." => drop(segments.pop()),
            segment => segments.push(segment.to_owned()),
        }
    }
    segments.first().is_some_and(|first| first == "public")
}

fn decoded(path: &str) -> String {
    [("%2f", "/"), ("%2e", "."), ("%70", "p")].into_iter().fold(
        path.to_owned(),
        |path, (encoded, character)| {
            path.replace(encoded, character)
                .replace(&encoded.to_uppercase(), character)
        },
    )
}

fn a_guarded_path_is_guarded_however_it_is_written(site: &Site) {
    for path in UNAMBIGUOUSLY_GUARDED {
        site.refused(401, &format!("GET {path}"));
    }
    for path in GUARDED {
        site.send(&format!("GET {path}"), b"");
        for seen in site.seen() {
            assert!(is_public(&seen.line), "{path}: {seen:?}");
            assert!(seen.wallet().is_empty());
        }
    }
}

fn a_public_path_never_tells_of_a_player(site: &Site) {
    let seen = site.passed(&format!("GET /public/\n{}", bearer()));
    assert!(seen.unwrap().wallet().is_empty());
    for path in ["/public/a/../b", "/public//", "/public/%2e/a", "/%70ublic/"] {
        site.send(&format!("GET {path}\n{}", bearer()), b"");
        for seen in site.seen() {
            assert!(
                !is_public(&seen.line) || seen.wallet().is_empty(),
                "{path}: {seen:?}"
            );
        }
    }
}

#[test]
fn only_what_is_below_public_is_public() {
    for (path, expected) in [
        ("/public/", true),
        ("//%70ublic/./a", true),
        ("/game/%2E%2e/public", true),
        ("/publicity", false),
        ("/PUBLIC/", false),
        ("/public/..%2Fgame", false),
        ("/", false),
    ] {
        assert_eq!(
            is_public(&format!("GET {path} HTTP/1.1")),
            expected,
            "{path}"
        );
    }
}
