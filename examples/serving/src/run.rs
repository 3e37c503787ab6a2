//! A program from its first future to its exit code.

use std::{error::Error, process::ExitCode};

use tokio::runtime::Runtime;

/// Runs a program to its exit code, and prints its error. It does not wait for work on other threads.
pub fn run(program: impl Future<Output = Result<(), Box<dyn Error>>>) -> ExitCode {
    let outcome = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let outcome = runtime.block_on(program);
        // A hanging name look-up does not delay the end.
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
