//! What goes around the application.

#![allow(clippy::unwrap_used, clippy::panic)]

mod demo_trust;
mod listeners;
mod oms_options;
mod options;
mod page;

use clap::Parser as _;

use super::options::Options;

fn parse(options: &[&str]) -> Options {
    let arguments = ["server"].iter().chain(options);
    Options::try_parse_from(arguments).unwrap()
}
