//! The counted function, which callgrind and the parent of this process know by name.

/// Runs something that is counted under a name, once for each of so many requests.
pub(crate) fn counted(name: &str, requests: usize, run: impl FnOnce()) {
    println!("{requests} {name}");
    collected(run);
}

/// What is seen from outside, by its name.
#[inline(never)]
fn collected(run: impl FnOnce()) {
    run();
}
