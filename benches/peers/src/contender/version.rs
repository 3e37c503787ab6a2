//! The versions of the contenders, as the lock file has them.

const LOCK: &str = include_str!("../../Cargo.lock");

/// Returns the newest version of a package in the lock file.
pub(super) fn of(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) = LOCK.rsplit_once(&name).expect("the lock file has it");
    rest.split('"').next().unwrap_or_default()
}
