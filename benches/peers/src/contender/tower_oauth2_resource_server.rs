//! A layer that finds its keys through the issuer's discovery document.
//!
//! It checks everything required: RS256, issuer, audience, expiry. By default it uses RSA in pure Rust, and with the
//! feature `jwt-aws-lc-rs` aws-lc-rs.

use std::time::{Duration, Instant};

use axum::body::Body;
use jsonwebtoken::Algorithm;
use tower::{Layer as _, service_fn};
use tower_oauth2_resource_server::{server::OAuth2ResourceServer, tenant::TenantConfiguration};

use super::{Contender, claims::Player, inner};
use crate::{Answer as _, Row, Stage, requests};

pub(super) async fn contender(stage: &Stage) -> Contender {
    let tenant = TenantConfiguration::builder(stage.issuer().url())
        .audiences(&[stage.audience()])
        .allowed_algorithms(&[Algorithm::RS256])
        .build()
        .await
        .expect("the issuer is there");
    let server = OAuth2ResourceServer::<Player>::builder()
        .add_tenant(tenant)
        .build()
        .await
        .expect("the settings are right");
    let service = server.into_layer::<Body>().layer(service_fn(inner));
    // The library has no way to wait for its keys.
    let start = Instant::now();
    while service
        .answer(requests(&stage.credentials(Row::Seen, 1)))
        .await
        == 0
    {
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "its keys do not come"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Contender::new("tower-oauth2-resource-server", service, service_fn(inner))
}
