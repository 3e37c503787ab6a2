//! Libraries that check tokens like a service does, set up as their documentation says.

mod answer;
mod contender;
mod raw_check;
mod report;
mod stage;

pub use answer::Answer;
pub use contender::{Contender, Crypto};
pub use raw_check::RawCheck;
pub use report::{Allocations, Figures, Ratio, Report, Scaling};
pub use stage::{Row, Stage, requests};
