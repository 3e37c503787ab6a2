//! A listener for `axum::serve` whose connections close in stages.

use std::io;

use axum::serve::Listener;

use super::lingering_stream::LingeringStream;

/// A listener whose connections are [`LingeringStream`]s.
#[derive(Debug)]
pub struct LingeringListener<L>(pub L);

impl<L: Listener> Listener for LingeringListener<L> {
    type Io = LingeringStream<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = self.0.accept().await;
        (LingeringStream::new(stream), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}
