//! The guide's pages, which show code that this package cannot compile.

use std::{fs, path::Path};

/// Checks that a page of the guide shows the code of a file, from its first import on, as it is.
#[track_caller]
pub fn assert_guide_shows(page: &str, file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/guide");
    let page = fs::read_to_string(path.join(page)).unwrap();
    let page: Vec<&str> = page.lines().filter_map(shown).collect();
    let code = &file[file.find("\nuse ").expect("an import")..];
    let code: Vec<&str> = code.trim().lines().collect();
    let is_shown = page.windows(code.len()).any(|lines| lines == code);
    assert!(is_shown, "the page does not show\n{}", code.join("\n"));
}

fn shown(line: &str) -> Option<&str> {
    let text = line.strip_prefix("//!")?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}
