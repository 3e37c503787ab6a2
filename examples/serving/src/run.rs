//! A program from its first future to its exit code.

use std::{error::Error, process::ExitCode};

use tokio::runtime::Runtime;

/// Runs a program to its exit code, and prints the error that it ends with. What still runs on other threads is not
/// waited for.
pub fn run(program: impl Future<Output = Result<(), Box<dyn Error>>>) -> ExitCode {
    let outcome = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let outcome = runtime.block_on(program);
        // Not even a name look-up that hangs holds up the end.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
