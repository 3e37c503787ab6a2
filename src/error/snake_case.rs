//! Names of variants as other systems write them, converted when this crate is compiled.

/// Returns how many bytes [`snake_case`] needs for a name.
pub(super) const fn snake_case_len(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (mut length, mut index) = (bytes.len(), 1);
    while index < bytes.len() {
        if bytes[index].is_ascii_uppercase() {
            length += 1;
        }
        index += 1;
    }
    length
}

/// Converts a name in upper camel case.
pub(super) const fn snake_case<const LEN: usize>(name: &str) -> [u8; LEN] {
    let bytes = name.as_bytes();
    let mut snake = [b'_'; LEN];
    let (mut index, mut end) = (0, 0);
    while index < bytes.len() {
        if index > 0 && bytes[index].is_ascii_uppercase() {
            end += 1;
        }
        snake[end] = bytes[index].to_ascii_lowercase();
        end += 1;
        index += 1;
    }
    snake
}
