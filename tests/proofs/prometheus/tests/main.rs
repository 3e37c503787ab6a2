//! A real Prometheus scrapes the example server, loads its alerts, and answers what its dashboard asks.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod alerts;
mod dashboard;
mod example_server;
mod guide_table;
mod one_time_app;
mod prometheus;
mod scene;
mod scrape;
