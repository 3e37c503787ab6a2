//! The Tower side: layer → service → future, and the bodies that go through.

pub(crate) mod body;
pub(crate) mod future;
pub(crate) mod layer;
mod rejection;
pub(crate) mod service;
