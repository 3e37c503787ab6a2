//! Checks of settings, with the texts of their `ConfigError`s.

use std::time::Duration;

use crate::error::{ConfigError, Escaped, is_plain};

/// Refuses `setting` if `other` is set too, because `other` would have no effect.
pub(super) fn refuse_together(
    setting: &'static str,
    is_set: bool,
    other: &'static str,
) -> Result<(), ConfigError> {
    if is_set {
        let problem = format!("{other} is set too, and would have no effect");
        return Err(ConfigError::new(setting, problem));
    }
    Ok(())
}

pub(super) fn ensure_not_blank(setting: &'static str, value: &str) -> Result<(), ConfigError> {
    if value.trim().is_empty() {
        return Err(ConfigError::new(setting, "it is blank"));
    }
    Ok(())
}

/// Refuses white space, control and invisible characters: tokens never contain them, and a reader would not see them.
pub(super) fn ensure_visible(setting: &'static str, value: &str) -> Result<(), ConfigError> {
    let is_hidden =
        |&(_, character): &(usize, char)| character.is_whitespace() || !is_plain(character);
    let Some((position, character)) = value.char_indices().find(is_hidden) else {
        return Ok(());
    };
    let what = if character.is_whitespace() {
        "white space"
    } else {
        "a control or invisible character"
    };
    let code = u32::from(character);
    let problem = format!("it holds {what}, U+{code:04X} at byte {position}: no token would match");
    Err(ConfigError::new(setting, problem))
}

pub(super) fn ensure_separator_at_end(
    setting: &'static str,
    value: &str,
) -> Result<(), ConfigError> {
    ensure_not_blank(setting, value)?;
    if value.ends_with(char::is_alphanumeric) {
        let value = Escaped(value);
        let problem = format!("`{value}` does not end with a separator such as `/`");
        return Err(ConfigError::new(setting, problem));
    }
    Ok(())
}

pub(super) fn ensure_not_zero(setting: &'static str, value: Duration) -> Result<(), ConfigError> {
    if value.is_zero() {
        return Err(ConfigError::new(setting, "it is zero"));
    }
    Ok(())
}

pub(super) fn ensure_at_most(
    setting: &'static str,
    value: Duration,
    bound: Duration,
) -> Result<(), ConfigError> {
    if value > bound {
        let problem = format!("{value:?} is more than {bound:?}");
        return Err(ConfigError::new(setting, problem));
    }
    Ok(())
}

pub(super) fn ensure_at_least(
    setting: &'static str,
    value: Duration,
    bound: Duration,
) -> Result<(), ConfigError> {
    if value < bound {
        let problem = format!("{value:?} is less than {bound:?}");
        return Err(ConfigError::new(setting, problem));
    }
    Ok(())
}

pub(super) fn ensure_not_above(
    setting: &'static str,
    value: Duration,
    other: &'static str,
    bound: Duration,
) -> Result<(), ConfigError> {
    ensure_at_most(setting, value, bound).map_err(|_| {
        let problem = format!("{value:?} is more than {other}, which is {bound:?}");
        ConfigError::new(setting, problem)
    })
}
