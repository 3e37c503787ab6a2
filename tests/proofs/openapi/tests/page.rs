//! The guide shows this code, and no other.

const PAGE: &str = include_str!("../../../../src/guide/openapi.rs");

/// Returns what a page shows as text, block by block.
fn blocks() -> Vec<String> {
    let text: String = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let parts = text.split("```");
    let code = parts.skip(1).step_by(2);
    code.filter_map(|block| block.strip_prefix("text\n"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn page_shows_the_code_that_is_tested() {
    let tested = [
        include_str!("../src/with_utoipa.rs"),
        include_str!("../src/with_aide.rs"),
    ];
    assert_eq!(blocks(), tested);
}
