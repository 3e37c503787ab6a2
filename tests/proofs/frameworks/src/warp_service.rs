//! The layer around the filters of warp.

use std::io;

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sequence_auth::SequenceAuthLayer;
use tokio::net::TcpListener;
use tower_layer::Layer;
use warp::{Filter, Rejection, Reply};

/// Serves routes behind the layer. They get the claims with `warp::ext::get::<SequenceClaims>()`.
pub async fn serve<F, R>(
    listener: TcpListener,
    auth: SequenceAuthLayer,
    routes: F,
) -> io::Result<()>
where
    F: Filter<Extract = (R,), Error = Rejection> + Clone + Send + Sync + 'static,
    R: Reply + 'static,
{
    let app = TowerToHyperService::new(auth.layer(warp::service(routes)));
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), app.clone());
        tokio::spawn(connection.with_upgrades());
    }
}
